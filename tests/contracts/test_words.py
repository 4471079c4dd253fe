"""Everything people read has words in English, German and Hungarian, and no word is left over."""

import json
import re

import pytest

from gateway.home.items import ITEMS
from gateway.meta.labels import Labels, labels_in
from gateway.meta.queries import labelled, objects, reasons
from gateway.publish.specifications import committed
from shared.i18n.languages import DEFAULT, LANGUAGES
from shared.i18n.sentences import sentences_in
from tests.contracts.sentences import problems, spoken, unreadable
from tests.responses import spelled_out

OTHERS = [each for each in LANGUAGES if each != DEFAULT]


class Read(dict):
    """Labels that remember which of them were read."""

    def __init__(self, labels):
        super().__init__(labels)
        self.read = set()

    def get(self, key, default=None):
        if key in self:
            self.read.add(key)
        return super().get(key, default)


def all_labels_read(language):
    """Label everything there is, and return the sections with what was read of them."""
    labels = Labels({name: Read(section) for name, section in labels_in(language).sections.items()})
    for each in objects().values():
        labelled(each, labels)
    for item in ITEMS:
        labels.of("home", item.code)
    for code in reasons():
        labels.of("reasons", code)
    return labels.sections


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_object_field_state_action_value_and_count_has_a_label_and_none_is_left_over(language):
    sections = all_labels_read(language)

    assert {f"{name}: {key}" for name, labels in sections.items() for key in labels.keys() - labels.read} == set()


@pytest.mark.parametrize("language", OTHERS)
def test_the_languages_label_the_same_things(language):
    keys = {name: set(section) for name, section in labels_in(DEFAULT).sections.items()}

    assert {name: set(section) for name, section in labels_in(language).sections.items()} == keys


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_are_short_and_begin_like_a_heading(language):
    labels = [label for section in labels_in(language).sections.values() for label in section.values()]

    # `true` and `false` are what JSON calls them.
    wrong = {each for each in labels if len(each) > 60 or each != each.strip() or each[:1].islower()}
    assert wrong <= {"true", "false"}


@pytest.mark.parametrize("language", OTHERS)
def test_every_code_of_a_problem_has_a_title_and_no_title_is_left_over(language):
    assert set(sentences_in(language).titles) == {each.code for each in problems()}


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_of_a_problem_is_translated(language):
    missing = spoken() - sentences_in(language).sentences.keys()

    assert not missing, "\n".join(sorted(missing))


@pytest.mark.parametrize("language", OTHERS)
def test_no_translation_is_left_of_a_sentence_that_is_not_said_any_more(language):
    left = sentences_in(language).sentences.keys() - spoken()

    assert not left, "\n".join(sorted(left))


@pytest.mark.parametrize("language", OTHERS)
def test_translations_have_the_values_of_the_original_and_end_as_it_does(language):
    place = re.compile(r"\{\d\}")
    wrong = {
        english
        for english, translation in sentences_in(language).sentences.items()
        if not set(place.findall(translation)) <= set(place.findall(english))
        or english.endswith(".") != translation.endswith(".")
    }

    assert wrong == set()


def test_every_text_of_a_problem_can_be_read_from_the_code_but_these():
    assert unreadable() == {
        "services/deals/customers/commands.py resolve",
        "shared/imports/faults.py faults_of",
        "shared/web/json.py strict",
        "shared/web/problems.py _worded",
        "shared/web/problems.py invalid",
        "gateway/oauth_clients/rules.py checked_redirects",
    }


def test_what_awaits_somebody_is_a_list_that_counts_with_these_states_and_permissions():
    specifications = committed()
    granted = {
        operation["x-permission"]
        for specification in specifications.values()
        for methods in specification["paths"].values()
        for operation in methods.values()
        if "x-permission" in operation
    }
    states = {each["path"]: {field["name"]: field["values"] for field in each["fields"]} for each in objects().values()}
    for item in ITEMS:
        counts = specifications[item.service]["paths"][f"/v1/{item.noun}/count"]["get"]
        filters = {each["name"] for each in spelled_out(counts, specifications[item.service])["parameters"]}

        assert counts["x-permission"] == item.to_read
        assert item.permission in granted
        assert set(item.status) <= set(states[f"/v1/{item.noun}"]["status"])
        assert "status" in filters
        assert item.within is None or f"{item.within[0]}[lte]" in filters


def test_label_files_are_written_in_order():
    for language in LANGUAGES:
        sections = labels_in(language).sections
        assert json.dumps(sections) == json.dumps({name: dict(sorted(each.items())) for name, each in sections.items()})

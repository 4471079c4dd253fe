// A member that lists its values says what they decide; codes that say why have labels instead, in `GET /v1/meta`.

export default function meaning(properties, _, { path }) {
  return Object.entries(properties)
    .filter(([, member]) => listsValues(member) && !says(member))
    .map(([name]) => ({ message: `${name} does not say what its values mean.`, path: [...path, name] }));
}

function listsValues(member) {
  return parts(member).some((each) => each.enum);
}

function says(member) {
  return parts(member).some((each) => each.description || each["x-labels"]);
}

function parts(member) {
  return [member, member.items ?? {}, ...(member.anyOf ?? [])];
}

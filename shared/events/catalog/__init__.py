"""Published event classes: the one home of the nouns that services share."""

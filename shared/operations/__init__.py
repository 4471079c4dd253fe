"""Operations: long work that goes on after the request was answered, in steps that a crash does not lose."""

"""Operations of all services, in one list."""

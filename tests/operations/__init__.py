"""Operations of all services, as callers follow them."""

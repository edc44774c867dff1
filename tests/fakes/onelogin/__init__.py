"""OneLogin on loopback: both versions of its API, tokens, rate limits, errors on demand."""

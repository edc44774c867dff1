"""Documentation, and what generates the part of it that is derived from declarations."""

"""What a collector is, what it is asked for, and what comes out: scopes, completeness, segments."""

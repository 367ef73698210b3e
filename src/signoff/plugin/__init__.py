"""Wire the harness into pytest."""

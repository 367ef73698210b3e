"""Judge a history against an agreement: one promise a module, each a pure function."""

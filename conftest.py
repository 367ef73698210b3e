"""Nothing is needed here: the plugin finds `scope/*.toml`, `steps/` and `fixtures/` by itself.

Hooks and options that only this suite needs may stand here.
"""

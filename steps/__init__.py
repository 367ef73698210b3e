"""Sentences that only this team needs.

Every `*.py` in this folder, at any depth, is loaded before the features are collected. A step written here overrides
the shipped one of the same words. Write steps with `def` (an `async def` would never be awaited) and take what they
need as arguments: pytest fixtures, those of `fixtures/*.py` among them.

    from pytest_bdd import then

    @then("the night shift has been told")
    def the_night_shift_has_been_told(mailbox):
        assert mailbox.messages

They are for plain scenarios, which are tests like any other: they fail or pass, and stand beside the statements of
the charts in every report.
"""

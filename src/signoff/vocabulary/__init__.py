"""The sentences that every suite may use without writing code; a suite's own in `steps/` override them."""

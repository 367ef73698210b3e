"""Make worlds: pools of values, edges first; people, jobs and placements composed from them by seeded choice."""

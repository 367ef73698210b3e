"""Read the small languages inside cells: rule cells, conditions, formulas and field cells."""

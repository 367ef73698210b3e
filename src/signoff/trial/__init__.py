"""Conduct a trial: the only room that lets systems, connector and script meet; its product is a history."""

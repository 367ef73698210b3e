"""Run the integration under test, as an object in this process or as a program; never trust its word."""

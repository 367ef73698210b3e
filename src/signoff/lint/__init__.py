"""Check scope documents as a compiler checks a program: every finding with a code, a place and a way to go on."""

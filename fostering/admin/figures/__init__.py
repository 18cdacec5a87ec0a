"""How recruitment goes, drawn, in tables, and as a file without names."""

"""All cases by stage, as cards that staff move."""

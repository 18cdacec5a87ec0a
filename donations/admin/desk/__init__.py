"""Finance's desk: pledges, statements, gifts entered by hand, duplicates, campaigns, figures."""

"""Where recruitment works on cases. Every query begins with `services.access.cases_for`."""

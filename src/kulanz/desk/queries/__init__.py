"""Reading lists and summaries for pages, API, services and worker; one object comes through ``access``."""

"""Who calls whom: the evening run that gives each agent the next working day's customers, and the day's list."""

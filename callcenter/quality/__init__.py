"""Every success is heard by a quality checker before anybody visits the customer."""

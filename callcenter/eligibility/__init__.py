"""May this call be placed now, and if not, why not and from when on."""

"""/exchanges/: peer-to-peer exchanges for the managers of the hotlines in them, and for staff."""

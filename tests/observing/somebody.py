"""A person, of whom nothing may leave the shop."""

PERSON = "anna@example.org"
TELEPHONE = "+7 912 345-67-89"

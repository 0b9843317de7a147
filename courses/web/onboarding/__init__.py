"""Bringing new hotlines in, and the evidence that a review of a hotline's quality asks for."""

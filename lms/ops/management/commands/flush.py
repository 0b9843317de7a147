from django.core.management.commands import flush

from lms.ops.commands import OwnerCommand


class Command(OwnerCommand, flush.Command):
    """Django's flush, run as the owner: the application's role may truncate nothing."""

"""Text for the screen: ready, or lazily translated when it is shown."""

from django.utils.functional import Promise

Text = str | Promise

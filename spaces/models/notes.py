"""Notes of the team of a space on a person, for itself."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .spaces import Space

LONGEST_NOTE = 2000
#: So long its author corrects a note; after that they write another one.
CORRECTED_WITHIN = timedelta(days=1)


class StaffNote(models.Model):
    """A note on a person, dated and signed. Those who run the space read it, and the person in their export."""

    space = models.ForeignKey(Space, on_delete=models.PROTECT, related_name="staff_notes", verbose_name=_("space"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="staff_notes", verbose_name=_("person")
    )
    text = models.TextField(_("text"), max_length=LONGEST_NOTE)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("written by"),
    )
    made_at = models.DateTimeField(_("written at"), default=timezone.now)

    class Meta:
        verbose_name = _("staff note")
        verbose_name_plural = _("staff notes")
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["person", "space"], name="spaces_staffnote_of_a_person")]

    def __str__(self):
        return f"{self.person}, {timezone.localdate(self.made_at)}"

    def can_be_corrected(self, by, now):
        """Return True for its author, within a day."""
        return self.author_id == by.pk and now < self.made_at + CORRECTED_WITHIN

    def can_be_deleted(self, by):
        """Return True for its author and for superusers."""
        return by.is_superuser or self.author_id == by.pk

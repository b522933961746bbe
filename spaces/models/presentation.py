"""The team of a space, and the travel times to the other spaces."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..enums import TravelMode
from .spaces import Space


class TeamMember(models.Model):
    """A person of the team, shown by name and role because they agreed."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="team", verbose_name=_("space"))
    name = models.CharField(_("name"), max_length=80)
    role = models.CharField(_("role"), max_length=120)
    has_agreed = models.BooleanField(
        _("has agreed"),
        default=False,
        help_text=_("This person agreed to be shown here by name and role. Take them off as soon as they ask."),
    )
    is_example = models.BooleanField(_("example"), default=False)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("member of the team")
        verbose_name_plural = _("team")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(has_agreed=True),
                name="spaces_teammember_has_agreed",
                violation_error_message=_("Nobody is shown without having agreed."),
            )
        ]

    def __str__(self):
        return self.name


class TravelTime(models.Model):
    """The time from the space to another one, as its manager enters it."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="travel_times", verbose_name=_("space"))
    to_space = models.ForeignKey(
        Space,
        on_delete=models.CASCADE,
        related_name="+",
        limit_choices_to={"is_published": True},
        verbose_name=_("to"),
    )
    mode = models.CharField(_("by"), max_length=10, choices=TravelMode)
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), validators=[MinValueValidator(1), MaxValueValidator(24 * 60)]
    )
    is_example = models.BooleanField(_("example"), default=False)

    class Meta:
        verbose_name = _("travel time")
        verbose_name_plural = _("travel times")
        ordering = ["to_space__order", "mode"]
        constraints = [
            models.UniqueConstraint(
                fields=["space", "to_space", "mode"],
                name="spaces_traveltime_once",
                violation_error_message=_("This travel time is entered already."),
            ),
            models.CheckConstraint(
                condition=~Q(space=F("to_space")),
                name="spaces_traveltime_to_another",
                violation_error_message=_("A travel time leads to another space."),
            ),
            models.CheckConstraint(
                condition=Q(minutes__gt=0),
                name="spaces_traveltime_takes_time",
                violation_error_message=_("A travel time is one minute at least."),
            ),
        ]

    def __str__(self):
        return f"{self.space} – {self.to_space}"

    def clean(self):
        if self.to_space_id is not None and self.to_space_id == self.space_id:
            raise ValidationError({"to_space": _("A travel time leads to another space.")}, code="leads_nowhere")

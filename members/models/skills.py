"""The catalogue of skills, and which of them people offer and seek."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..enums import SkillDirection
from .accounts import User


class SkillCategory(models.Model):
    slug = models.SlugField(_("slug"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("skill category")
        verbose_name_plural = _("skill categories")
        ordering = ["order", "slug"]

    def __str__(self):
        return self.name


class Skill(models.Model):
    """An entry of the translated catalogue. Members choose from it the skills they offer and seek."""

    slug = models.SlugField(_("slug"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    category = models.ForeignKey(
        SkillCategory, on_delete=models.PROTECT, related_name="skills", verbose_name=_("category")
    )

    class Meta:
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        ordering = ["category__order", "slug"]

    def __str__(self):
        return self.name


class UserSkill(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="user_skills", verbose_name=_("person"))
    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="user_skills", verbose_name=_("skill"))
    direction = models.CharField(_("direction"), max_length=10, choices=SkillDirection)

    class Meta:
        verbose_name = _("skill of a person")
        verbose_name_plural = _("skills of people")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "skill", "direction"],
                name="members_userskill_once",
                violation_error_message=_("This skill is already on the list."),
            )
        ]

    def __str__(self):
        return f"{self.user}: {self.skill} ({self.get_direction_display()})"

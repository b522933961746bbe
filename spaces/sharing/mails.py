"""Build the mail that answers a notice."""

from django.utils.translation import gettext_lazy as _

from hacktiv.outbox.registry import Mail, absolute_url, register

from ..models import Notice


@register("spaces.notice_answered", label=_("Answer to a notice"))
def notice_answered(context):
    notice = Notice.objects.select_related("space").filter(pk=context["notice"]).first()
    return notice and Mail(context={**context, "notice": notice, "url": absolute_url("spaces:notice", notice.pk)})

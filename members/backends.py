"""How people sign in, and what they may."""

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.models import Permission
from django.db.models import Q


class MemberBackend(AuthenticationBackend):
    """allauth's, but that it reads a person's own permissions and those of their groups at once."""

    def get_all_permissions(self, user_obj, obj=None):
        if not user_obj.is_active or user_obj.is_anonymous or user_obj.is_superuser or obj is not None:
            return super().get_all_permissions(user_obj, obj)
        if not hasattr(user_obj, "_perm_cache"):  # as Django keeps them for the request
            given = Permission.objects.filter(Q(user=user_obj) | Q(group__user=user_obj)).order_by().distinct()
            names = given.values_list("content_type__app_label", "codename")
            user_obj._perm_cache = {f"{app}.{codename}" for app, codename in names}
        return user_obj._perm_cache

from django.contrib.admin import AdminSite


class HacktivAdminSite(AdminSite):
    """Django's admin as the manager's tool."""

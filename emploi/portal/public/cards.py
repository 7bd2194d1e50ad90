"""The links every page carries at its foot."""

from emploi.foundation.ui.navigation import NavItem, register_foot

register_foot(NavItem("Emploi d’abord, c’est quoi ?", "info", "public:home", order=10))
register_foot(NavItem("Les mots et leur définition", "question", "public:definitions", order=20))
register_foot(NavItem("Comment l’orientation est proposée", "compass", "public:rules", order=30))
register_foot(NavItem("Vos données personnelles", "shield", "public:privacy", order=40))
register_foot(NavItem("Accessibilité : partiellement conforme", "eye", "public:accessibility", order=50))
register_foot(NavItem("Mentions légales", "file", "public:legal", order=60))

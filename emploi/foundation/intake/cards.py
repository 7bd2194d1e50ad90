"""What files on their way in bring to the shared screens."""

from emploi.foundation.ui import navigation

navigation.register(navigation.NavItem("Imports", "upload", "intake:runs", "import_files", 47, "Dossiers"))

"""What belongs to one Département: data, policies, wording, letters, cases. No code of the product lives here."""

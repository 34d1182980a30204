package casefile

func (t *decision) writeNote(c WriteNote) error {
	if err := t.fresh("note", c.Note); err != nil {
		return err
	}
	if err := coded("section", c.Section, NoteSections); err != nil {
		return err
	}
	if err := required("text", c.Text); err != nil {
		return err
	}
	t.add(NoteWritten{Note: c.Note, Section: c.Section, Text: c.Text, By: t.by(), At: t.at()})
	return nil
}

/** Refusals on the pages of the data office. */
export default {
  file_unreadable: 'The file cannot be read. Upload a CSV or XLSX file.',
  file_too_large: 'The file is too large. Split it and upload the parts.',
  file_too_costly: 'Reading this file would take far more time or memory than a list may. Save the one sheet alone, as CSV.',
  reading_busy: 'Many files are being read right now. Try again in a moment.',
  column_missing: 'A required column is missing. Check the header row.',
  lead_list_not_found: 'List not found.',
  allocation_run_not_found: 'Allocation not found.',
  day_not_worked: 'The day chosen is not a working day, so nothing can be allocated.',
  day_past: 'The day chosen is in the past. Choose today or a later working day.',
  window_invalid: 'The calling window is not valid.',
  lead_not_closed: 'Only a closed customer can be reopened.',
  assignment_not_found: 'Assignment not found.',
  assignment_state: 'The assignment has changed. Refresh and try again.'
}

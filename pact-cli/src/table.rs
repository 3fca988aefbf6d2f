//! Tables without borders, readable by people and by `awk`.

use comfy_table::presets::NOTHING;
use comfy_table::{ContentArrangement, Table};

/// Returns the rows below their headings; columns stand two spaces apart.
pub(crate) fn render(headings: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table
        .load_style(NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(headings);
    table.add_rows(rows);
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    let lines: Vec<String> = table
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_lines_have_no_spaces_at_their_end() {
        let rows = [
            vec!["größe".to_owned(), "1".to_owned()],
            vec!["a".to_owned(), String::new()],
        ];
        insta::assert_snapshot!(render(&["NAME", "VERSION"], rows), @r"
        NAME   VERSION
        größe  1
        a
        ");
    }
}

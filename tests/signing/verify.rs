//! `motcua verify` against files that `tests/signing/verified` makes: genuine ones of other makers' shapes, and
//! forgeries of them. Two tables tell what each must be called; nothing forged may ever be called valid.
#![allow(missing_docs, clippy::unwrap_used)]

use std::{collections::BTreeSet, env, fs, path::PathBuf, process::Command};

use journeys::program;
use serde_json::Value;

struct Row {
    file: String,
    overall: String,
    /// Levels of the signatures, or codes that must be among the reasons.
    words: Vec<String>,
}

fn folder() -> PathBuf {
    let Some(folder) = env::var_os("SIGNED_FILES") else {
        unreachable!("run this by tests/signing/verified, which makes the files")
    };
    folder.into()
}

fn rows(name: &str) -> Vec<Row> {
    let table = fs::read_to_string(folder().join(name).with_extension("tsv")).unwrap();
    let row = |line: &str| {
        let mut cells = line.split('\t').map(str::to_owned);
        let mut cell = || cells.next().unwrap();
        let (file, overall, words) = (cell(), cell(), cell());
        let words = words.split(',').filter(|word| !word.is_empty()).map(str::to_owned);
        Row { file, overall, words: words.collect() }
    };
    table.lines().map(row).collect()
}

/// Exit code, JSON and standard error.
fn verify(name: &str, file: &str) -> (i32, Value, String) {
    let path = folder().join(name).join(format!("{file}.pdf"));
    let output = Command::new(program("motcua"))
        .arg("verify")
        .arg(path)
        .arg("--trust")
        .arg(folder().join("root.crt"))
        .arg("--json")
        .env("MOTCUA_DATA", folder().join("data"))
        .output()
        .unwrap();
    let json = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(!error.contains("panicked"), "{file}: {error}");
    (output.status.code().unwrap(), json, error)
}

fn exit_of(overall: &str) -> i32 {
    match overall {
        "valid" => 0,
        "valid_changed_later" => 1,
        "invalid" => 3,
        "unsigned" => 4,
        "unreadable" => 6,
        other => unreachable!("{other}"),
    }
}

#[test]
fn genuine_files_are_accepted_with_their_levels() {
    let mut wrong = Vec::new();
    let mut signed = 0;
    for row in rows("genuine") {
        let (exit, json, error) = verify("genuine", &row.file);
        let signatures = json["signatures"].as_array().cloned().unwrap_or_default();
        let levels: Vec<&str> =
            signatures.iter().map(|one| one["level"].as_str().unwrap()).collect();
        let wanted: Vec<&str> =
            row.words.iter().map(String::as_str).filter(|word| *word != "-").collect();
        let named = signatures.iter().all(|one| one["signer"].is_string());
        signed += usize::from(row.overall == "valid");
        let right = exit == exit_of(&row.overall)
            && json["overall"] == row.overall
            && levels == wanted
            && named;
        if !right {
            wrong.push(format!("{}: {exit} {levels:?} {json} {error}", row.file));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(signed >= 40, "{signed}");
}

#[test]
fn forged_files_are_called_what_they_are_and_why() {
    let mut wrong = Vec::new();
    let table = rows("forged");
    for row in &table {
        let (exit, json, error) = verify("forged", &row.file);
        let signatures = json["signatures"].as_array().cloned().unwrap_or_default();
        let all = signatures.iter().chain([&json]);
        let codes: BTreeSet<String> = all
            .flat_map(|one| one["codes"].as_array().cloned().unwrap_or_default())
            .map(|code| code.as_str().unwrap().to_owned())
            .collect();
        let told = |code: &String| codes.contains(code) || error.contains(code.as_str());
        let right = exit == exit_of(&row.overall) && row.words.iter().all(told);
        if !right {
            wrong.push(format!(
                "{}: wants {} {:?}: {exit} {json} {error}",
                row.file, row.overall, row.words
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(table.len() >= 60, "{}", table.len());
}

/// Without a trusted certificate nobody is known, whatever the file says of itself.
#[test]
fn nobody_is_trusted_by_himself() {
    let path = folder().join("genuine/classic-B-LTA.pdf");
    let output =
        Command::new(program("motcua")).arg("verify").arg(path).arg("--json").output().unwrap();
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(3), "{json}");
    assert_eq!(json["signatures"][0]["status"], "invalid");
    assert!(
        json["signatures"][0]["codes"].as_array().unwrap().contains(&"VER-30".into()),
        "{json}"
    );
    assert_eq!(json["signatures"][0]["level"], "B-B", "the time stamp's authority is unknown too");
}

/// A call without a usable trust path ends in none of the verdicts' exit codes.
#[test]
fn a_mistaken_call_is_no_verdict() {
    for trust in ["genuine.tsv", "nowhere", "genuine"] {
        let output = Command::new(program("motcua"))
            .arg("verify")
            .arg(folder().join("genuine/classic-B-B.pdf"))
            .arg("--trust")
            .arg(folder().join(trust))
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{trust}");
        assert!(output.stdout.is_empty(), "{trust}");
    }
}

/// Without `--json` the verdict is told in words.
#[test]
fn words_for_people() {
    let words = |folder_name: &str, file: &str| {
        let output = Command::new(program("motcua"))
            .arg("verify")
            .arg(folder().join(folder_name).join(file))
            .arg("--trust")
            .arg(folder().join("root.crt"))
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let valid = words("genuine", "classic-B-T.pdf");
    assert!(valid.starts_with("HỢP LỆ:") && valid.contains("Nguyễn Văn Mẫu"), "{valid}");
    assert!(valid.contains("theo dấu thời gian"), "{valid}");
    let changed = words("forged", "content-replaced-once.pdf");
    assert!(changed.starts_with("HỢP LỆ NHƯNG"), "{changed}");
    assert!(
        changed.contains("nội dung trang 1") && changed.contains("lần lưu 2 trong 3"),
        "{changed}"
    );
    let invalid = words("forged", "bit-content-once.pdf");
    assert!(invalid.starts_with("KHÔNG HỢP LỆ:"), "{invalid}");
    assert!(invalid.contains("nội dung được ký đã bị sửa"), "{invalid}");
    assert!(words("genuine", "classic-unsigned.pdf").starts_with("CHƯA KÝ:"));
}

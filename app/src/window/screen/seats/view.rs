//! How the screen of the machines looks, and its questions.

use jiff::civil::DateTime;
use ledger::Held;
use office::book::BookId;
use widgets::{
    Dialog, Element, Tone, badge, column, field, flow, modal, pick, primary,
    progress::dotted,
    quiet, row, secondary, section, space, table,
    table::{Cell, Column},
    text,
};

use super::{
    Asked, CONFIRM, CONFLICTS, COPY, DIALOG_WIDTH, FOLDER, LIST_HEIGHT, MACHINE, Message, REQUEST,
    State, WORDS,
};
use crate::window::{
    exchange::{Running, Way},
    layout,
    notice::Notice,
};

impl State {
    /// Draws the screen.
    pub(super) fn draw(&self) -> Element<'_, Message> {
        let head = row([
            text::title("Các máy").into(),
            flow::spring().into(),
            secondary("Cho máy mới vào").key("F8").on_press(Message::AdmitAsked).into(),
            quiet("Về trang chính").key("Esc").on_press(Message::Closed).into(),
        ])
        .spacing(space::M);
        let notice = self.notice.as_ref().filter(|_| self.asked.is_none()).map(Notice::view);
        let left = column([self.machines(), self.exchange()]).width(iced::Length::FillPortion(1));
        let right = column([self.books()]).width(iced::Length::FillPortion(1));
        let screen = iced::widget::Column::new()
            .push(head)
            .push(notice)
            .push((!self.known.conflicts.is_empty()).then(|| self.conflicts()))
            .push(iced::widget::Row::new().push(left).push(right).spacing(space::L))
            .spacing(space::M);
        modal(flow::page(screen), self.asked.as_ref().map(|asked| self.question(asked)))
    }

    fn machines(&self) -> Element<'_, Message> {
        let mut content = column(self.known.machines.iter().map(|machine| {
            row([text::strong(machine.label.as_str()).into()])
                .push(machine.here.then(|| badge("Máy này", Tone::Info)))
                .push(flow::spring())
                .push(text::body(format!("{} mục ghi", dotted(machine.entries))))
                .spacing(space::M)
                .into()
        }));
        if self.others().next().is_none() {
            content = content.push(text::small(
                "Cơ quan chỉ có máy này. Trên máy mới, tạo tệp xin vào rồi bấm “Cho máy mới vào”.",
            ));
        }
        if self.known.pending > 0 {
            content = content.push(text::toned(
                format!(
                    "{} mục ghi chờ cấp số. Máy giữ sổ cấp số khi nhập mục ghi của máy này.",
                    self.known.pending
                ),
                Tone::Caution,
            ));
        }
        for (why, count) in self.known.held.iter().filter(|(_, count)| *count > 0) {
            content =
                content.push(text::toned(format!("{count} mục ghi {}", held(*why)), Tone::Caution));
            if *why == Held::Fork {
                let adopt = secondary("Nhận các mục này…").on_press(Message::AdoptAsked(*count));
                content = content.push(row([flow::spring().into(), adopt.into()]));
            }
        }
        if self.known.set_aside {
            content = content.push(text::toned(
                "Máy này là bản sao: lãnh đạo đã nhận các mục ghi của nó trên máy khác và ở đây không ghi việc mới nữa. Hãy xuất mục ghi ra thư mục, rồi vào lại cơ quan trong một thư mục dữ liệu trống.",
                Tone::Caution,
            ));
        }
        if let Some(code) = &self.known.stranger {
            content = content
                .push(text::toned(
                    "Máy này được khôi phục từ bản sao lưu: các máy khác chưa nhận mục ghi của nó. Ghi tệp xin vào ra thư mục trao đổi, rồi để lãnh đạo cho vào trên máy khác.",
                    Tone::Caution,
                ))
                .push(
                    row([text::body("Mã của máy này").into(), text::strong(code.as_str()).into()])
                        .push(flow::spring())
                        .push(secondary("Ghi tệp xin vào").on_press(Message::RequestAsked))
                        .spacing(space::M),
                );
        }
        section("Máy của cơ quan", None, content).into()
    }

    fn exchange(&self) -> Element<'_, Message> {
        let places = self.places.iter().enumerate().map(|(n, place)| -> Element<'_, Message> {
            quiet(place.label.as_str()).on_press(Message::PlaceChosen(n)).into()
        });
        let content = column([
            field("Thư mục trao đổi", &self.folder)
                .id(FOLDER)
                .plain()
                .hint("USB hoặc thư mục dùng chung. Tệp xuất ra đã mã hóa, chỉ máy của cơ quan đọc được.")
                .on_change(Message::FolderTyped)
                .into(),
            iced::widget::Row::with_children(places).spacing(space::XS).wrap().into(),
        ]);
        let content = match self.running {
            Some(Running { way, entries }) => content.push(text::body(match way {
                Way::Out => format!("Đang xuất: {entries} mục ghi. Vẫn làm việc khác được."),
                Way::In => format!("Đang nhập: {entries} mục ghi mới. Vẫn làm việc khác được."),
            })),
            None => content.push(
                row([
                    primary("Xuất ra thư mục")
                        .key("F2")
                        .on_press(Message::ExchangeAsked(Way::Out))
                        .into(),
                    secondary("Nhập từ thư mục")
                        .key("F7")
                        .on_press(Message::ExchangeAsked(Way::In))
                        .into(),
                ])
                .spacing(space::M),
            ),
        };
        section("Trao đổi mục ghi", None, content).into()
    }

    fn label(&self, id: BookId) -> &str {
        let book = self.known.books.iter().find(|(book, _)| book.id == id);
        book.map_or("", |(book, _)| book.label.as_str())
    }

    fn books(&self) -> Element<'_, Message> {
        let alone = self.others().next().is_none();
        let books = self.known.books.iter().map(|(book, holder)| {
            let holder = holder.as_ref().map(|id| (self.machine(id), id));
            let (words, here) = match holder {
                None => ("Chưa cấp số nào".to_owned(), false),
                Some((Some(machine), _)) if machine.here => ("Máy này cấp số".into(), true),
                Some((Some(machine), _)) => (format!("{} cấp số", machine.label), false),
                Some((None, _)) => ("Máy khác cấp số".into(), false),
            };
            let name =
                column([text::strong(book.label.as_str()).into(), text::small(words).into()])
                    .spacing(0.0)
                    .width(iced::Length::Fill);
            let give = quiet("Giao sổ cho máy…").on_press(Message::HandOverAsked(book.id));
            row([name.into()]).push((here && !alone).then_some(give)).spacing(space::M).into()
        });
        let words = "Mỗi sổ chỉ một máy cấp số. Máy không giữ sổ ghi “chờ cấp số”.";
        let content = column([text::small(words).into()]).extend(books);
        section("Sổ và quyền cấp số", None, content).into()
    }

    fn conflicts(&self) -> Element<'_, Message> {
        let list = table(
            [
                Column::share("Mâu thuẫn", 3),
                Column::fixed("Lúc", 152.0),
                Column::share("Người ghi, máy", 2),
                Column::share("Về việc", 2),
            ],
            self.known.conflicts.len() as u64,
            |place, column| {
                let conflict = self.conflict(place)?;
                Some(match column {
                    0 => Cell::toned(conflict.kind.label(), Tone::Caution),
                    1 => moment(conflict.at).into(),
                    2 => conflict.who.as_str().into(),
                    _ => conflict.about.as_str().into(),
                })
            },
        )
        .id(CONFLICTS)
        .height(LIST_HEIGHT)
        .selected(Some(self.selected))
        .on_select(Message::Selected)
        .on_open(Message::Opened);
        let settle = primary("Đã xử lý").key("F9").on_press(Message::SettleAsked);
        let words = "Mục ghi nêu ở đây không có hiệu lực; mục ghi có trước vẫn giữ. Mở hồ sơ hoặc công dân (Enter), làm lại việc còn thiếu nếu cần, rồi ghi đã xử lý thế nào.";
        let content = column([text::body(words).into(), list.into()]);
        section(
            format!("{} mâu thuẫn chờ xử lý", self.known.conflicts.len()),
            Some(settle.into()),
            content,
        )
        .into()
    }

    fn question<'a>(&'a self, asked: &'a Asked) -> Dialog<'a, Message> {
        let notice = self.notice.as_ref().map(Notice::view);
        let main = |words| primary(words).id(CONFIRM).key("Enter").on_press(Message::Confirmed);
        match asked {
            Asked::Admit { path, request, folder } => {
                let content = iced::widget::Column::new()
                    .push(
                        field("Tệp xin vào của máy mới", path)
                            .id(REQUEST)
                            .required()
                            .hint("Máy mới tạo tệp này khi mở lần đầu: chọn “Máy thứ hai của cơ quan”.")
                            .on_change(Message::RequestTyped)
                            .on_submit(Message::Confirmed),
                    )
                    .push(request.as_ref().map(|(request, code)| {
                        let copy = (!request.has_ledger()).then(|| {
                            field("Thư mục ghi bản sao cho máy mới", folder)
                                .id(COPY)
                                .plain()
                                .required()
                                .hint("Bản sao là một thư mục mới ở trong, đã mã hóa. Máy mới mở bằng mật khẩu của người dùng.")
                                .on_change(Message::TargetTyped)
                                .on_submit(Message::Confirmed)
                        });
                        column([
                            text::body(format!("Máy xin vào: {}", request.label)).into(),
                            text::title(code.as_str()).into(),
                            text::toned(
                                "Mã trên máy ấy phải đúng như thế này. Nếu khác, đừng cho vào.",
                                Tone::Caution,
                            )
                            .into(),
                        ])
                        .push(request.has_ledger().then(|| text::body(
                            "Máy này được khôi phục từ bản sao lưu và đã có sổ cái: không cần bản sao, chỉ cần trao đổi mục ghi.",
                        )))
                        .push(copy)
                    }))
                    .push(notice)
                    .spacing(space::M);
                let confirm = match request {
                    None => main("Xem tệp"),
                    Some(_) => main("Mã đúng, cho máy vào"),
                };
                Dialog::new("Cho máy mới vào", content)
                    .action(layout::cancel(Message::Forgone))
                    .action(secondary("Chọn tệp…").key("F4").on_press(Message::FileAsked))
                    .action(confirm)
            }
            Asked::HandOver { book, to } => {
                let machines =
                    self.others().map(|machine| (Some(machine.id.clone()), machine.label.as_str()));
                let content = iced::widget::Column::new()
                    .push(text::strong(self.label(*book)))
                    .push(
                        pick("Máy nhận sổ", machines, Some(to))
                            .id(MACHINE)
                            .required()
                            .on_pick(Message::MachineChosen),
                    )
                    .push(text::body(
                        "Từ lúc này máy này không cấp số của sổ nữa mà ghi “chờ cấp số”. Máy nhận cấp tiếp sau số cuối cùng khi đã nhập mục ghi của máy này: hãy xuất ngay sau khi giao. Số không bao giờ bị cấp hai lần.",
                    ))
                    .push(notice)
                    .spacing(space::M);
                Dialog::new("Giao sổ cho máy khác?", content)
                    .action(layout::cancel(Message::Forgone))
                    .action(main("Giao sổ"))
            }
            Asked::Adopt(entries) => {
                let content = iced::widget::Column::new()
                    .push(text::strong(format!("{} mục ghi đang được giữ riêng", dotted(*entries))))
                    .push(text::body(
                        "Hai máy đã ghi bằng cùng một khóa: một thư mục dữ liệu bị sao chép, hoặc bị đưa về trạng thái cũ. Nhận vào thì mọi máy có đủ các mục ấy, đúng người ghi và giờ ghi. Số mà cả hai cùng cấp thành mâu thuẫn chờ xử lý.",
                    ))
                    .push(text::body(
                        "Máy là bản sao từ đó không ghi việc mới; người dùng vào lại cơ quan trong thư mục dữ liệu trống.",
                    ))
                    .push(text::toned(
                        "Hãy hỏi người dùng các máy trước. Không ai biết bản sao ấy thì đừng nhận.",
                        Tone::Caution,
                    ))
                    .push(notice)
                    .spacing(space::M);
                Dialog::new("Nhận mục ghi của bản sao máy?", content)
                    .action(layout::cancel(Message::Forgone))
                    .action(main("Nhận vào sổ"))
            }
            Asked::Settle { conflict, words } => {
                let content = iced::widget::Column::new()
                    .push(text::strong(conflict.kind.label()))
                    .push(text::body(&conflict.about))
                    .push(text::small(format!("{}, {}", moment(conflict.at), conflict.who)))
                    .push(
                        field("Đã xử lý thế nào", words)
                            .id(WORDS)
                            .lines(layout::REASON_LINES)
                            .required()
                            .placeholder("Giữ kết quả đã trả; báo lại người hủy")
                            .on_change(Message::WordsTyped)
                            .on_submit(Message::Confirmed),
                    )
                    .push(notice)
                    .spacing(space::M);
                Dialog::new("Mâu thuẫn đã xử lý", content)
                    .action(layout::cancel(Message::Forgone))
                    .action(main("Ghi vào sổ"))
            }
        }
        .width(DIALOG_WIDTH)
        .on_close(Message::Forgone)
    }
}

fn held(why: Held) -> &'static str {
    match why {
        Held::Early => {
            "chờ mục ghi đứng trước hoặc tệp kèm theo: hãy nhập tệp xuất từ máy còn thiếu."
        }
        Held::Future => "đề ngày trong tương lai: hãy xem lại giờ của máy đã viết.",
        Held::Fork => {
            "trái với chuỗi của máy viết chúng: có hai máy dùng một khóa. Chúng được giữ riêng, không mất."
        }
        Held::Stranger => "của máy chưa được cho vào.",
    }
}

fn moment(at: DateTime) -> String {
    at.strftime("%H:%M %d/%m/%Y").to_string()
}

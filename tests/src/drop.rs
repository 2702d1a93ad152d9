//! Files dropped on a window, by the protocol that file managers speak (XDND, version 5).

use std::{path::Path, time::Duration};

use x11rb::{
    CURRENT_TIME,
    connection::Connection,
    protocol::{
        Event,
        xproto::{
            Atom, AtomEnum, ClientMessageEvent, ConnectionExt, CreateWindowAux, EventMask,
            PropMode, SELECTION_NOTIFY_EVENT, SelectionNotifyEvent, SelectionRequestEvent, Window,
            WindowClass,
        },
    },
    rust_connection::RustConnection,
    wrapper::ConnectionExt as _,
};

use crate::wait_until;

const PATIENCE: Duration = Duration::from_secs(20);

struct Source {
    x: RustConnection,
    me: Window,
    target: Window,
    list: String,
}

/// Drops files on the active window of a display.
pub fn files(display: &str, paths: &[&Path]) {
    let (x, screen) = x11rb::connect(Some(display)).expect("the display");
    let root = x.setup().roots[screen].root;
    let me = x.generate_id().unwrap();
    x.create_window(
        x11rb::COPY_DEPTH_FROM_PARENT,
        me,
        root,
        0,
        0,
        1,
        1,
        0,
        WindowClass::INPUT_OUTPUT,
        0,
        &CreateWindowAux::new(),
    )
    .unwrap();
    let active = atom(&x, "_NET_ACTIVE_WINDOW");
    let reply = x.get_property(false, root, active, AtomEnum::WINDOW, 0, 1).unwrap();
    let target = reply.reply().unwrap().value32().unwrap().next().expect("an active window");
    let list = paths.iter().map(|path| format!("file://{}\r\n", path.display())).collect();
    let source = Source { x, me, target, list };
    source.x.set_selection_owner(me, source.atom("XdndSelection"), CURRENT_TIME).unwrap();

    source.say("XdndEnter", [5 << 24, source.atom("text/uri-list"), 0, 0]);
    let copy = source.atom("XdndActionCopy");
    source.say("XdndPosition", [0, (400 << 16) | 300, CURRENT_TIME, copy]);
    // The window takes the list while the files hover, and only then can they be dropped.
    let (mut given, mut welcome) = (false, false);
    wait_until(PATIENCE, "the window to welcome the files", || {
        match source.hear()? {
            Event::SelectionRequest(request) => {
                source.give(&request);
                given = true;
            }
            Event::ClientMessage(message) => {
                welcome |= message.type_ == source.atom("XdndStatus")
                    && message.data.as_data32()[1] & 1 == 1;
            }
            _ => {}
        }
        (given && welcome).then_some(())
    });
    source.say("XdndDrop", [0, CURRENT_TIME, 0, 0]);
    wait_until(PATIENCE, "the drop to be taken", || match source.hear()? {
        Event::ClientMessage(message) => {
            (message.type_ == source.atom("XdndFinished")).then_some(())
        }
        _ => None,
    });
}

fn atom(x: &RustConnection, name: &str) -> Atom {
    x.intern_atom(false, name.as_bytes()).unwrap().reply().unwrap().atom
}

impl Source {
    fn atom(&self, name: &str) -> Atom {
        atom(&self.x, name)
    }

    fn hear(&self) -> Option<Event> {
        self.x.poll_for_event().unwrap()
    }

    /// Sends the window a message; the first word of each is who speaks.
    fn say(&self, what: &str, [a, b, c, d]: [u32; 4]) {
        let message =
            ClientMessageEvent::new(32, self.target, self.atom(what), [self.me, a, b, c, d]);
        self.x.send_event(false, self.target, EventMask::NO_EVENT, message).unwrap();
        self.x.flush().unwrap();
    }

    /// Hands the list over.
    fn give(&self, request: &SelectionRequestEvent) {
        let text = self.list.as_bytes();
        self.x
            .change_property8(
                PropMode::REPLACE,
                request.requestor,
                request.property,
                request.target,
                text,
            )
            .unwrap();
        let notice = SelectionNotifyEvent {
            response_type: SELECTION_NOTIFY_EVENT,
            sequence: 0,
            time: request.time,
            requestor: request.requestor,
            selection: request.selection,
            target: request.target,
            property: request.property,
        };
        self.x.send_event(false, request.requestor, EventMask::NO_EVENT, notice).unwrap();
        self.x.flush().unwrap();
    }
}

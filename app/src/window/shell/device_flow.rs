//! What the devices bring: scans, pictures, the camera, a chip's key; and the devices' own screen.
//!
//! A scan opens the person from every screen. A form that holds something asks first and keeps the scan
//! meanwhile; a dialog that has nothing to do with scans lets it fall.

use std::path::PathBuf;

use iced::Task;
use identity::{access::Keys, camera::Place, code::CodeError, mrz::Mrz};
use office::{evidence::Evidence, person::Identity};
use widgets::travel;

use super::{Action, Counter, Message, Newcomer, Over, Screen, Shell};
use crate::{
    clock,
    devices::Devices,
    window::{
        live,
        notice::Notice,
        scans::Scan,
        screen::{Shown, camera, chip_key, devices, dossiers, home, reception},
        tokens,
    },
};

/// A quick hand was taken for a scanner.
const QUICK: &str =
    "Vừa nhận một chuỗi chữ gõ rất nhanh nhưng không phải mã quét: đã đặt vào ô tìm, chưa mở gì.";
/// The same, where nothing takes words.
const NO_FIELD: &str = "Vừa nhận một chuỗi chữ gõ rất nhanh, không phải mã quét, khi chưa chọn ô nào: chưa mở gì. Hãy chọn ô rồi gõ lại.";

impl Shell {
    /// Somebody new is here while a form is open: asks, if the form holds anything.
    pub(super) fn asks_for(&mut self, newcomer: Newcomer) -> bool {
        let asks = self.screen.unfinished().is_some();
        if asks {
            self.newcomer = Some(newcomer);
        }
        asks
    }

    /// A scanner or the camera read this.
    pub fn scanned(&mut self, scan: Scan, counter: &Counter) -> Task<Message> {
        if self.over.is_none() && self.waiting_form().is_some() {
            return self.second_scanned(&scan, counter);
        }
        match &mut self.over {
            Some(Over::ChipKey(state)) if identity::code::is_zone(&scan.text) => {
                let action = state.scanned(scan.text);
                return self.keyed(action, counter);
            }
            Some(Over::Devices(state)) => {
                state.scanned(&scan.text);
                return Task::none();
            }
            Some(Over::Camera(_) | Over::ChipKey(_)) => self.over = None,
            Some(_) => return Task::none(),
            None if self.screen.asks() => return Task::none(),
            None => {}
        }
        if self.asks_for(Newcomer { words: "Có mã vừa quét.", scan: Some(scan.clone()) }) {
            return Task::none();
        }
        let home = self.go_home(counter);
        Task::batch([home, self.entered(scan, counter)])
    }

    /// Typed as quickly as a scanner does, while no field had the keyboard, and no code: goes into the field
    /// that this screen has for words.
    pub fn typed_quickly(&mut self, text: String, counter: &Counter) -> Task<Message> {
        let notice = Notice::caution(QUICK);
        match (&self.over, &mut self.screen) {
            (None, Screen::Home(state)) => {
                state.keep_entry(text);
                state.notice = Some(notice);
                travel::focus(home::ENTRY)
            }
            (None, Screen::Dossiers(_)) => {
                let found = self.dossiers(dossiers::Message::QueryTyped(text), counter);
                Task::batch([found, travel::focus(dossiers::SEARCH)])
            }
            (None, Screen::Reception(form)) if !form.is_touched() && !form.asks() => {
                form.refused(notice);
                let typed = self.reception(reception::Message::QueryTyped(text), counter);
                Task::batch([typed, travel::focus(reception::PROCEDURE)])
            }
            (None, _) => {
                self.tell(Some(Notice::caution(NO_FIELD)));
                Task::none()
            }
            (Some(_), _) => Task::none(),
        }
    }

    /// What came from a scanner is no code.
    pub fn scan_failed(&mut self, error: &CodeError, counter: &Counter) -> Task<Message> {
        let busy = self.screen.asks() || self.screen.unfinished().is_some();
        match &mut self.over {
            Some(Over::Devices(state)) => state.tell(Notice::error(error)),
            Some(_) => {}
            None if busy => {
                self.newcomer =
                    Some(Newcomer { words: "Mã vừa quét không đọc được.", scan: None });
            }
            None => return self.go_home_telling(counter, Some(Notice::error(error))),
        }
        Task::none()
    }

    /// The clerk leaves the form for whoever is new.
    pub(super) fn take_newcomer(&mut self, counter: &Counter) -> Task<Message> {
        let scan = self.newcomer.take().and_then(|newcomer| newcomer.scan);
        let home = self.go_home(counter);
        match scan {
            Some(scan) => Task::batch([home, self.entered(scan, counter)]),
            None => home,
        }
    }

    /// A picture was dropped on the window. Returns the one to be searched now.
    pub fn picture_dropped(&mut self, path: PathBuf) -> Option<PathBuf> {
        let idle = self.over.is_none() && !self.screen.asks();
        if idle { self.dropped.take(path) } else { None }
    }

    /// A dropped picture was searched. Returns the next one.
    pub fn picture_searched(
        &mut self,
        result: Result<Scan, Notice>,
        counter: &Counter,
    ) -> Result<PathBuf, Task<Message>> {
        let outcome = match self.dropped.searched(result) {
            Ok(next) => return Ok(next),
            Err(outcome) => outcome,
        };
        Err(match (outcome.scan, outcome.notice) {
            (Some(scan), notice) => {
                let task = self.scanned(scan, counter);
                self.tell(notice);
                task
            }
            (None, Some(notice)) if self.screen.unfinished().is_some() => {
                self.tell(Some(notice));
                Task::none()
            }
            (None, Some(notice)) => self.go_home_telling(counter, Some(notice)),
            (None, None) => Task::none(),
        })
    }

    /// Says something on whichever screen can.
    pub fn tell(&mut self, notice: Option<Notice>) {
        if let Some(notice) = notice {
            self.screen.tell(notice);
        }
    }

    /// Opens the camera.
    pub(super) fn open_camera(&mut self, counter: &Counter) -> Task<Message> {
        let cameras = identity::camera::cameras(camera::pictures());
        let (state, action) = camera::State::open(cameras, counter.devices.camera.as_deref());
        self.over = Some(Over::Camera(state));
        self.of_camera(action, counter)
    }

    pub(super) fn camera(&mut self, message: camera::Message, counter: &Counter) -> Task<Message> {
        let Some(Over::Camera(state)) = &mut self.over else { return Task::none() };
        let action = state.update(message);
        self.of_camera(action, counter)
    }

    fn of_camera(&mut self, action: camera::Action, counter: &Counter) -> Task<Message> {
        match action {
            camera::Action::None => Task::none(),
            camera::Action::Start(place) => {
                let (live, told) = live::start(place);
                if let Some(Over::Camera(state)) = &mut self.over {
                    state.started(live);
                }
                told.map(|told| Message::Camera(camera::Message::Told(told)))
            }
            camera::Action::Code(text) => self.scanned(text.into(), counter),
            camera::Action::Close => {
                self.over = None;
                Task::none()
            }
        }
    }

    /// Asks for the chip's key, once for each reading.
    pub(super) fn ask_key(
        &mut self,
        declared: Option<Identity>,
        notice: Option<Notice>,
    ) -> Task<Message> {
        self.awaited = None;
        self.over = Some(Over::ChipKey(chip_key::State::new(declared, notice)));
        travel::focus(chip_key::ZONE)
    }

    pub(super) fn chip_key(
        &mut self,
        message: chip_key::Message,
        counter: &Counter,
    ) -> Task<Message> {
        let Some(Over::ChipKey(state)) = &mut self.over else { return Task::none() };
        let action = state.update(message);
        self.keyed(action, counter)
    }

    fn keyed(&mut self, action: chip_key::Action, counter: &Counter) -> Task<Message> {
        match action {
            chip_key::Action::None => Task::none(),
            chip_key::Action::Read(keys, declared) => {
                self.over = None;
                self.approach_with(*keys, declared.map(|declared| *declared), counter)
            }
            chip_key::Action::Zone(mrz, declared) => {
                self.over = None;
                let declared = declared.map(|declared| *declared);
                self.approach_by_zone(&mrz, declared, Vec::new(), counter)
            }
            chip_key::Action::Code(text) => self.scanned(text.into(), counter),
            chip_key::Action::Close => {
                self.over = None;
                Task::none()
            }
        }
    }

    /// A CAN names nobody: whoever was declared before is not shown again without the chip.
    fn approach_with(
        &mut self,
        keys: Keys,
        declared: Option<Identity>,
        counter: &Counter,
    ) -> Task<Message> {
        let declared = declared.filter(|_| counter.card().is_some());
        self.approach(keys, declared, counter)
    }

    /// A machine readable zone opens the chip and names its holder: shown as typed until the chip speaks.
    /// Whoever was declared before is shown instead if it is the same person: a card's code has the name
    /// with its accents.
    pub(super) fn approach_by_zone(
        &mut self,
        mrz: &Mrz,
        declared: Option<Identity>,
        remarks: Vec<String>,
        counter: &Counter,
    ) -> Task<Message> {
        let mut named = mrz.identity(clock::local(clock::now()).date());
        named.reasons.extend(remarks);
        let number = named.person.number.clone();
        let same = |known: &Identity| {
            known.evidence == Evidence::Declared
                && number.is_some()
                && known.person.number == number
        };
        let person = declared.filter(same).unwrap_or(named);
        self.approach(Keys::zone(mrz), Some(person), counter)
    }

    /// Opens the devices.
    pub fn open_devices(&mut self) -> Task<Message> {
        self.over = Some(Over::Devices(devices::State::default()));
        travel::focus(devices::TEST)
    }

    pub(super) fn devices(&mut self, message: devices::Message, counter: &Counter) -> Action {
        let Some(Over::Devices(state)) = &mut self.over else {
            return Action::Run(Task::none());
        };
        match state.update(message, &counter.devices) {
            devices::Action::None => Action::Run(Task::none()),
            devices::Action::Keep(choice) => Action::Keep(choice),
            devices::Action::Start(place) => self.try_camera(place, counter),
            devices::Action::TryToken(choice) => {
                let tried = tokens::try_token(choice.token.clone()).map(Message::Devices);
                if choice == counter.devices {
                    Action::Run(tried)
                } else {
                    Action::KeepAndRun(choice, tried)
                }
            }
        }
    }

    fn try_camera(&mut self, place: Place, counter: &Counter) -> Action {
        let Some(Over::Devices(state)) = &mut self.over else {
            return Action::Run(Task::none());
        };
        let (live, told) = live::start(place);
        state.started(live);
        let told = told
            .map(|told| Message::Devices(devices::Message::Camera(camera::Message::Told(told))));
        let choice = Devices { camera: state.camera_name(), ..counter.devices.clone() };
        if choice == counter.devices { Action::Run(told) } else { Action::KeepAndRun(choice, told) }
    }

    /// The choice of devices could not be kept.
    pub fn devices_refused(&mut self, notice: Notice) {
        if let Some(Over::Devices(state)) = &mut self.over {
            state.tell(notice);
        }
    }

    /// Shows the camera in some state, for pictures of the window.
    pub fn show_camera(&mut self, state: camera::State) {
        self.over = Some(Over::Camera(state));
    }

    /// Shows the form for a key with this zone, for pictures of the window.
    pub fn show_key(&mut self, zone: &str) {
        let mut state = chip_key::State::default();
        drop(state.update(chip_key::Message::ZoneTyped(zone.into())));
        self.over = Some(Over::ChipKey(state));
    }

    /// Shows the devices in some state, for pictures of the window.
    pub fn show_devices(&mut self, state: devices::State) {
        self.over = Some(Over::Devices(state));
    }
}

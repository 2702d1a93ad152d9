//! Pictures of codes as a counter's camera takes them, and pictures without any.
//!
//! Everything follows from the kind of damage and a number, so a picture that was not read can be made
//! again. A scene is a plane (the code, its quiet zone, a card with print on it, a desk) seen by a
//! camera: perspective and rotation, light, blur, noise and compression in the order in which a camera
//! adds them. Every text and person is invented.
#![allow(clippy::expect_used)]

mod chance;
mod scene;
mod texts;
mod without;

pub use chance::Chance;
pub use scene::{Sample, Scene};
pub use texts::text;
pub use without::{Without, without_code};

use std::f64::consts::TAU;

/// Series of pictures with no picture in common, so that a reader can be measured on others than it was
/// made with. [`Series::MAKING`] is for unit tests and for work on the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Series(pub u16);

impl Series {
    /// The series a reader may be fitted to.
    pub const MAKING: Series = Series(0);

    fn seed(self) -> u64 {
        u64::from(self.0) << 40
    }
}

/// A grade: one kind of damage, from slight to more than any reader can bear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damage {
    /// Out of focus or moved.
    Blur,
    /// A dim room: the sensor's noise.
    Noise,
    /// A lamp mirrored in the plastic.
    Glare,
    /// Shadow and little contrast.
    Light,
    /// Any angle.
    Rotation,
    /// Seen from the side.
    Perspective,
    /// Few pixels a module.
    Small,
    /// Strong compression.
    Jpeg,
    /// Dirt, scratches, a bent card.
    Worn,
    /// Several of these.
    Mixed,
    /// The hand or the card moved: up to three modules.
    Motion,
    /// Too near for the lens: up to one module.
    Focus,
}

impl Damage {
    /// All grades in the order of the benchmark's table.
    pub const ALL: [Damage; 12] = [
        Damage::Blur,
        Damage::Noise,
        Damage::Glare,
        Damage::Light,
        Damage::Rotation,
        Damage::Perspective,
        Damage::Small,
        Damage::Jpeg,
        Damage::Worn,
        Damage::Mixed,
        Damage::Motion,
        Damage::Focus,
    ];

    /// The `index`th of `count` pictures of this grade, from slight to strong damage.
    pub fn sample(self, series: Series, index: u32, count: u32) -> Sample {
        let mut chance = Chance::new(series.seed() + u64::from(index) * 64 + self as u64);
        let strength = (f64::from(index) + 0.5) / f64::from(count);
        self.scene(strength, &mut chance).shoot(&mut chance)
    }

    fn scene(self, strength: f64, chance: &mut Chance) -> Scene {
        let between = |from: f64, to: f64| from + (to - from) * strength;
        let mut scene = Scene::everyday(chance);
        match self {
            Damage::Blur => {
                scene.module = chance.within(3.5, 5.5);
                let blur = scene.module * between(0.2, 0.85);
                if chance.odds(0.5) {
                    scene.blur = blur;
                } else {
                    scene.motion = blur * 2.2;
                }
            }
            Damage::Noise => {
                scene.module = chance.within(3.0, 5.0);
                scene.noise = between(10.0, 75.0);
            }
            Damage::Glare => {
                scene.glare = between(0.02, 1.0);
                scene.noise = 4.0;
            }
            Damage::Light => {
                scene.shadow = between(0.4, 0.97);
                scene.contrast = between(0.8, 0.12);
            }
            Damage::Rotation => {
                scene.angle = chance.within(0.0, TAU);
                scene.module = between(3.2, 1.9);
            }
            Damage::Perspective => {
                scene.angle = chance.within(-0.6, 0.6);
                scene.tilt = between(0.15, 0.6);
                scene.module = chance.within(4.0, 5.5);
            }
            Damage::Small => scene.module = between(2.4, 1.15),
            Damage::Jpeg => {
                scene.module = chance.within(2.0, 3.5);
                scene.jpeg = Some(between(45.0, 4.0) as u8);
            }
            Damage::Worn => {
                scene.dirt = between(0.002, 0.09);
                scene.bend = between(0.0, 1.6);
            }
            Damage::Mixed => {
                scene.angle = chance.within(0.0, TAU);
                scene.module = between(4.5, 2.2);
                scene.blur = scene.module * between(0.1, 0.4);
                scene.noise = between(2.0, 20.0);
                scene.tilt = chance.within(0.0, 0.4);
                scene.shadow = chance.within(0.0, 0.7);
                scene.contrast = chance.within(0.35, 0.9);
                scene.dirt = between(0.0, 0.02);
                scene.bend = chance.within(0.0, 0.8);
                scene.glare = if chance.odds(0.3) { 0.5 } else { 0.0 };
                scene.jpeg = Some(between(80.0, 30.0) as u8);
            }
            Damage::Motion => {
                scene.angle = chance.within(0.0, TAU);
                scene.module = chance.within(3.0, 7.0);
                scene.motion = scene.module * between(0.6, 3.0);
            }
            Damage::Focus => {
                scene.angle = chance.within(0.0, TAU);
                scene.module = chance.within(3.0, 7.0);
                scene.blur = scene.module * between(0.3, 1.05);
            }
        }
        scene
    }
}

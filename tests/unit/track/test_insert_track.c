/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Where an insert is in each frame of a shot that starts late: by the poses of its wall, and on its way out from behind
 * someone. */

#include "clip/inserts/insert_track.h"
#include "zd_test.h"

enum { POSES = 3 };

/* Where a point of the insert is seen. */
static void seen(const zd_insert_track *track, int64_t frame, double time_s, double out[2])
{
    float opacity;
    zd_homography h = zd_insert_track_at(track, frame, time_s, &opacity);
    REQUIRE(zd_homography_apply(&h, 0.3, 0.7, out));
}

/* Frames before the first pose have the plane alone, those after the last one have that. */
static void a_frame_has_its_pose(void)
{
    zd_homography poses[POSES];
    for (int i = 0; i < POSES; i++) {
        poses[i] = zd_homography_scaled(1.0, 1.0, 0.1 * i, -0.2 * i);
    }
    zd_insert_track track = {
        .first = 40, .count = POSES, .poses = poses, .lie = zd_homography_scaled(2.0, 0.5, 0.0, 0.0)
    };
    for (int64_t frame = 37; frame < 47; frame++) {
        double at[2];
        double pose = frame <= 40 ? 0.0 : frame >= 42 ? 2.0 : 1.0;
        seen(&track, frame, 99.0, at);
        REQUIRE_NEAR(at[0], 0.6 + 0.1 * pose, 1e-12);
        REQUIRE_NEAR(at[1], 0.35 - 0.2 * pose, 1e-12);
    }
    track.count = 0;
    double at[2];
    seen(&track, 41, 99.0, at);
    REQUIRE_NEAR(at[0], 0.6, 1e-12);
}

/* The way begins when it is told to and takes as long, wherever the clip is; then the insert is at its place. */
static void what_is_revealed_walks_its_way_in_its_time(void)
{
    zd_homography pose = zd_homography_identity();
    zd_insert_track track = { .first = 7,
                              .count = 1,
                              .poses = &pose,
                              .lie = zd_homography_scaled(1.0, 1.0, 0.25, 0.0),
                              .box = { 0.1, 0.2, 0.5, 0.8 },
                              .is_revealed = true,
                              .place = { 0.4, -0.3, 0.5, 0.6 },
                              .start_s = 3.0,
                              .time_s = 4.0 };
    for (int i = 0; i <= 8; i++) {
        double at[2];
        double meant[2];
        float opacity;
        double part = i / 8.0;
        zd_homography way = zd_hiding_place_way(&track.place, track.box, part);
        seen(&track, 20, 3.0 + 4.0 * part, at);
        REQUIRE(zd_homography_apply(&way, 0.55, 0.7, meant)); /* laid, then moved */
        (void) zd_insert_track_at(&track, 20, 3.0 + 4.0 * part, &opacity);
        REQUIRE_NEAR(at[0], meant[0], 1e-12);
        REQUIRE_NEAR(at[1], meant[1], 1e-12);
        REQUIRE_NEAR(opacity, (float) zd_hiding_place_opacity(&track.place, part), 0.0);
    }
    double at[2];
    seen(&track, 20, 7.0, at);
    REQUIRE_NEAR(at[0], 0.55, 1e-12);
    track.time_s = 0.0; /* at once */
    seen(&track, 20, 1.0, at);
    REQUIRE_NEAR(at[0], 0.55, 1e-12);
    REQUIRE_NEAR(at[1], 0.7, 1e-12);
}

int main(void)
{
    RUN(a_frame_has_its_pose);
    RUN(what_is_revealed_walks_its_way_in_its_time);
    return zd_test_finish();
}

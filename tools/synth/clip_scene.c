/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The walk: a person in a mustard coat crosses a street corner in low sun. Every part draws from
 * its own fixed random sequence, so that changing one leaves the others as they are. */

#include "clip.h"

enum { SLABS = 0, FACE = 3 };

/* World: a promenade under the camera, park to the left, a road along z to the right, and a row of
 * houses beyond it whose fronts face left into the sun. */

static void reseed(sy_build *b, uint64_t stream)
{
    *b->rng = sy_rng_make(2026, stream);
}

static void light(sy_build *b)
{
    sy_scene *s = b->scene;
    vec3 dir = v3_normalize(v3(0.80f, -0.36f, 0.30f));
    s->lights[s->light_count++] = (sy_light){ .kind = SY_LIGHT_SUN,
                                              .pos = v3_madd(v3(2, 0, 14), dir, -120.0f),
                                              .dir = dir,
                                              .colour = v3(2.7f, 1.75f, 0.95f),
                                              .reach_m = 24.0f,
                                              .softness = 0.03f,
                                              .shadow = true };
    s->sky = (sy_sky){ .zenith = sy_rgb(0.40f, 0.56f, 0.80f),
                       .horizon = sy_rgb(1.0f, 0.84f, 0.64f),
                       .ground = sy_rgb(0.5f, 0.42f, 0.36f),
                       .sun_colour = v3(1.0f, 0.6f, 0.3f),
                       .sun_dir = v3_normalize(v3(0.5f, -0.12f, -0.8f)),
                       .cloud_colour = sy_rgb(1.0f, 0.88f, 0.78f),
                       .clouds = 0.55f,
                       .cloud_scale = 0.8f,
                       .cloud_offset = 3.0f };
    s->ambient_up = v3(0.50f, 0.54f, 0.66f);
    s->ambient_down = v3(0.34f, 0.27f, 0.21f);
    s->fog_colour = sy_rgb(1.0f, 0.84f, 0.66f);
    s->fog_density = 0.008f;
    s->ao_radius_m = 0.5f;
}

static void camera(sy_build *b, float seconds)
{
    float breath = 0.010f * sinf(1.7f * seconds) + 0.006f * sinf(2.9f * seconds + 1.0f);
    float ease = smoothf(-0.8f, 5.0f, seconds);
    vec3 eye = v3(mixf(-1.1f, -0.5f, ease) + breath, 1.38f + 0.6f * breath, 0.0f);
    vec3 at = v3(mixf(-0.45f, 0.70f, ease), 1.16f, 6.0f);
    sy_camera_aim(&b->scene->camera, eye, at, 0.0f, 0.56f);
}

static void ground(sy_build *b)
{
    sy_mesh *m = sy_mesh_of(b);
    reseed(b, 10);
    int slabs = sy_pick_pattern(b, SY_PATTERN_TILES, v3(1.15f, 0.98f, 0.82f), 2.6f);
    b->scene->materials[slabs].texture = &b->library->patterns[SY_PATTERN_TILES][SLABS];
    sy_mesh_begin(m, slabs);
    sy_shape_quad(m, v3(-5, 0, -4), v3(1.6f, 0, -4), v3(1.6f, 0, 90), v3(-5, 0, 90));
    sy_mesh_begin(m, sy_pick_pattern(b, SY_PATTERN_GRASS, v3(1, 1, 1), 3.0f));
    sy_shape_quad(m, v3(-90, -0.02f, -4), v3(-5, -0.02f, -4), v3(-5, -0.02f, 140),
                  v3(-90, -0.02f, 140));
    int stone = sy_pick_pattern(b, SY_PATTERN_CONCRETE, v3(1, 1, 1), 1.2f);
    sy_mesh_begin(m, stone);
    sy_shape_box(m, v3(1.6f, -0.13f, -4), v3(1.78f, 0.0f, 90));
    sy_shape_box(m, v3(-5.15f, -0.05f, -4), v3(-5, 0.12f, 90));
    sy_shape_box(m, v3(9.0f, -0.13f, -4), v3(9.18f, 0.0f, 90));
    sy_mesh_begin(m, sy_pick_pattern(b, SY_PATTERN_ASPHALT, v3(1, 1, 1), 3.0f));
    sy_shape_quad(m, v3(1.7f, -0.12f, -4), v3(60, -0.12f, -4), v3(60, -0.12f, 140),
                  v3(1.7f, -0.12f, 140));
    sy_mesh_begin(m, sy_scene_plain(b->scene, sy_rgb(0.85f, 0.83f, 0.78f)));
    for (float z = 1; z < 80; z += 4.5f) {
        sy_shape_quad(m, v3(5.2f, -0.112f, z), v3(5.35f, -0.112f, z), v3(5.35f, -0.112f, z + 2),
                      v3(5.2f, -0.112f, z + 2));
    }
    sy_mesh_begin(m, sy_pick_pattern(b, SY_PATTERN_PAVING, sy_rgb(0.8f, 0.78f, 0.74f), 2.0f));
    sy_shape_quad(m, v3(9.18f, 0, -4), v3(30, 0, -4), v3(30, 0, 90), v3(9.18f, 0, 90));
}

/* A house of the right-hand row; its wall, the first material it adds, gets a chosen finish. */
static void house(sy_build *b, uint64_t stream, float z, float width, float height, sy_pattern wall,
                  vec3 tint)
{
    sy_mesh *m = sy_mesh_of(b);
    reseed(b, stream);
    sy_mesh_push(m);
    sy_mesh_translate(m, 12.0f, 0, z + width / 2);
    sy_mesh_turn(m, 0.5f * SY_PI);
    int first = b->scene->material_count;
    sy_building_emit(b, width, 10.0f, height);
    sy_mesh_pop(m);
    sy_material *finish = &b->scene->materials[first];
    finish->texture = &b->library->patterns[wall][stream % SY_LIBRARY_VARIANTS];
    finish->texture_gain = 1.0f;
    finish->tint = tint;
    finish->bump = 0.4f;
    finish->scale_u = finish->scale_v = wall == SY_PATTERN_BRICK ? 0.9f : 0.4f;
}

static void buildings(sy_build *b)
{
    house(b, 21, 2.0f, 11.0f, 11.0f, SY_PATTERN_PLASTER, sy_rgb(0.93f, 0.78f, 0.62f));
    house(b, 23, 13.2f, 9.0f, 14.5f, SY_PATTERN_BRICK, v3(1, 1, 1));
    house(b, 35, 22.4f, 12.0f, 9.5f, SY_PATTERN_PLASTER, sy_rgb(0.86f, 0.84f, 0.80f));
    house(b, 44, 34.6f, 10.0f, 13.0f, SY_PATTERN_PLASTER, sy_rgb(0.88f, 0.66f, 0.54f));
    house(b, 27, 45.0f, 14.0f, 11.0f, SY_PATTERN_BRICK, v3(1.0f, 0.95f, 0.9f));
    house(b, 28, 59.5f, 16.0f, 16.0f, SY_PATTERN_PLASTER, sy_rgb(0.9f, 0.85f, 0.75f));
}

static void place_tree(sy_build *b, uint64_t stream, vec3 at, float height, int leaves)
{
    sy_mesh *m = sy_mesh_of(b);
    reseed(b, stream);
    sy_mesh_push(m);
    sy_mesh_translate(m, at.x, at.y, at.z);
    sy_tree_emit(b, height, leaves);
    sy_mesh_pop(m);
}

static void park(sy_build *b)
{
    sy_mesh *m = sy_mesh_of(b);
    static const float trees[10][3] = { { -7.5f, 15.0f, 6.5f },   { -7.0f, 22.0f, 7.0f },
                                        { -6.8f, 30.0f, 6.8f },   { -7.2f, 39.0f, 7.5f },
                                        { -7.0f, 50.0f, 7.0f },   { -13.0f, 20.0f, 9.0f },
                                        { -14.0f, 33.0f, 10.0f }, { -18.0f, 48.0f, 11.0f },
                                        { -10.0f, 64.0f, 9.0f },  { -2.0f, 78.0f, 9.0f } };
    for (int i = 0; i < 10; i++) {
        place_tree(b, 52 + (uint64_t) i, v3(trees[i][0], 0, trees[i][1]), trees[i][2],
                   trees[i][1] < 24.0f ? 1500 : 700);
    }
    for (int i = 0; i < 7; i++) {
        reseed(b, 170 + (uint64_t) i);
        sy_mesh_push(m);
        sy_mesh_translate(m, -5.9f - 0.3f * (float) (i & 1), 0, 9.0f + 4.0f * (float) i);
        sy_bush_emit(b, 1.6f, 0.9f);
        sy_mesh_pop(m);
    }
    for (int i = 0; i < 6; i++) {
        place_tree(b, 152 + (uint64_t) (i % 3), v3(10.0f, 0, 9.5f + 9.0f * (float) i),
                   5.2f + 0.4f * (float) (i & 1), i < 2 ? 1300 : 500);
    }
}

static void street_things(sy_build *b)
{
    sy_mesh *m = sy_mesh_of(b);
    for (int i = 0; i < 6; i++) {
        reseed(b, 60);
        sy_mesh_push(m);
        sy_mesh_translate(m, 1.25f, 0, 11.0f + 9.5f * (float) i);
        sy_street_lamp_emit(b, 4.4f);
        sy_mesh_pop(m);
    }
    static const float paints[6][3] = { { 0.02f, 0.10f, 0.20f }, { 0.5f, 0.5f, 0.48f },
                                        { 0.75f, 0.70f, 0.60f }, { 0.35f, 0.03f, 0.03f },
                                        { 0.04f, 0.04f, 0.05f }, { 0.1f, 0.2f, 0.15f } };
    static const float cars[6][3] = {
        { 8.0f, 9.0f, 61 },  { 8.0f, 15.2f, 66 }, { 8.0f, 22.2f, 63 },
        { 8.0f, 30.0f, 64 }, { 3.4f, 27.0f, 67 }, { 7.9f, 41.0f, 68 }
    };
    for (int i = 0; i < 6; i++) {
        reseed(b, (uint64_t) cars[i][2]);
        sy_mesh_push(m);
        sy_mesh_translate(m, cars[i][0], -0.12f, cars[i][1]);
        sy_mesh_turn(m, i == 4 ? -0.5f * SY_PI : 0.5f * SY_PI);
        int first = b->scene->material_count;
        sy_car_emit(b);
        b->scene->materials[first].tint = v3(paints[i][0], paints[i][1], paints[i][2]);
        sy_mesh_pop(m);
    }
    /* A bench on the promenade. */
    reseed(b, 75);
    int wood = sy_pick_wood(b), iron = sy_scene_plain(b->scene, sy_rgb(0.16f, 0.18f, 0.17f));
    sy_mesh_push(m);
    sy_mesh_translate(m, -4.2f, 0, 11.5f);
    sy_mesh_turn(m, -0.5f * SY_PI);
    for (int i = 0; i < 8; i++) {
        float y = i < 4 ? 0.44f : 0.52f + 0.10f * (float) (i - 4),
              z = i < 4 ? -0.22f + 0.12f * (float) i : 0.24f + 0.03f * (float) (i - 4);
        sy_mesh_begin(m, wood);
        sy_shape_box(m, v3(-0.9f, y, z),
                     v3(0.9f, y + (i < 4 ? 0.03f : 0.075f), z + (i < 4 ? 0.095f : 0.025f)));
    }
    sy_mesh_begin(m, iron);
    for (int s = -1; s <= 1; s += 2) {
        sy_shape_box(m, v3(0.7f * (float) s - 0.03f, 0, -0.22f),
                     v3(0.7f * (float) s + 0.03f, 0.44f, -0.17f));
        sy_shape_box(m, v3(0.7f * (float) s - 0.03f, 0, 0.22f),
                     v3(0.7f * (float) s + 0.03f, 0.9f, 0.27f));
    }
    sy_mesh_pop(m);
}

/* Out of focus close to the camera: a corner of a hedge. */
static void near_leaves(sy_build *b)
{
    sy_mesh *m = sy_mesh_of(b);
    for (int i = 0; i < 3; i++) {
        reseed(b, 73);
        sy_mesh_push(m);
        sy_mesh_translate(m, -1.95f + 0.28f * (float) i, 0.42f - 0.14f * (float) i,
                          2.0f + 0.1f * (float) i);
        sy_mesh_turn(m, 1.3f * (float) i);
        sy_bush_emit(b, 0.8f, 0.65f);
        sy_mesh_pop(m);
    }
}

static void passer(sy_build *b, uint64_t stream, vec3 from, vec3 velocity, float seconds)
{
    sy_mesh *m = sy_mesh_of(b);
    reseed(b, stream);
    sy_person who = sy_person_random(b->scene, b->library, b->rng, 2);
    float phase = 2.0f * SY_PI * v3_length(velocity) * seconds / 1.5f;
    sy_pose pose = sy_pose_walk(phase + (float) stream, 0.95f);
    sy_mesh_push(m);
    sy_mesh_translate(m, from.x + velocity.x * seconds, 0, from.z + velocity.z * seconds);
    sy_mesh_turn(m, -atan2f(velocity.x, -velocity.z));
    sy_figure_emit(m, &who, &pose);
    sy_mesh_pop(m);
}

static int cloth(sy_build *b, sy_pattern pattern, vec3 tint, float size_m, float gain)
{
    int index = sy_pick_pattern(b, pattern, tint, size_m);
    b->scene->materials[index].texture_gain = gain;
    b->scene->materials[index].bump = 0.6f;
    b->scene->materials[index].dirt = 0.10f;
    return index;
}

static sy_person walker_look(sy_build *b, float seconds)
{
    reseed(b, 80);
    sy_person who = sy_person_random(b->scene, b->library, b->rng, 3);
    who.height_m = 1.70f;
    who.girth = 0.98f;
    who.shoulders = 0.94f;
    who.hips = 1.03f;
    who.bust = 0.02f;
    who.head_scale = 1.03f;
    who.top = SY_TOP_COAT;
    who.bottom = SY_BOTTOM_TROUSERS;
    who.hair = SY_HAIR_LONG;
    who.hat = SY_HAT_NONE;
    who.glasses = who.bag = who.tie = false;
    who.collar = true;
    who.hair_length = 0.30f;
    who.strands = 420;
    who.strand_width = 2.0f;
    who.folds_m = 0.010f;
    who.cloth = cloth(b, SY_PATTERN_WEAVE, sy_rgb(0.98f, 0.72f, 0.26f), 0.25f, 0.5f);
    who.inner = cloth(b, SY_PATTERN_WEAVE, sy_rgb(0.92f, 0.90f, 0.86f), 0.2f, 0.4f);
    who.trousers = cloth(b, SY_PATTERN_WEAVE, sy_rgb(0.24f, 0.30f, 0.42f), 0.2f, 0.6f);
    who.extra = cloth(b, SY_PATTERN_WEAVE, sy_rgb(0.36f, 0.22f, 0.13f), 0.2f, 0.4f);
    who.shoes = sy_scene_plain(b->scene, sy_rgb(0.88f, 0.86f, 0.82f));
    who.face = b->scene->material_count;
    sy_material skin = b->scene->materials[who.skin];
    skin.tint = v3(1, 1, 1);
    skin.texture = &b->library->faces[FACE].texture;
    skin.texture_gain = 1.0f;
    sy_scene_material(b->scene, &skin);
    b->scene->materials[who.skin].tint = b->library->faces[FACE].skin;
    b->scene->materials[who.hair_material].tint = sy_rgb(0.60f, 0.36f, 0.20f);
    who.blow_x = 0.035f + 0.012f * sinf(2.1f * seconds);
    who.blow_z = -0.045f - 0.015f * sinf(1.7f * seconds + 1.0f);
    who.blow_phase = 3.2f * seconds;
    return who;
}

static void walker(sy_build *b, float seconds)
{
    sy_mesh *m = sy_mesh_of(b);
    sy_person who = walker_look(b, seconds);
    const float speed = 0.78f, cycle_m = 1.42f;
    vec3 from = v3(-1.70f, 0, 5.0f), heading = v3_normalize(v3(0.95f, 0, -0.22f));
    float walked = speed * seconds;
    sy_pose pose = sy_pose_walk(2.0f * SY_PI * walked / cycle_m + 0.6f, 0.88f);
    pose.head_yaw = 0.05f + 0.60f * smoothf(0.7f, 1.7f, seconds) * smoothf(4.0f, 3.1f, seconds);
    pose.head_pitch = 0.02f;
    vec3 at = v3_madd(from, heading, walked);
    m->foreground = 1;
    sy_mesh_push(m);
    sy_mesh_translate(m, at.x, at.y, at.z);
    sy_mesh_turn(m, -atan2f(heading.x, -heading.z));
    sy_figure_emit(m, &who, &pose);
    sy_mesh_pop(m);
    m->foreground = 0;
    b->post.focus = 1.0f / (at.z - 0.1f);
}

void sy_clip_still(sy_build *b)
{
    light(b);
    ground(b);
    buildings(b);
    park(b);
    street_things(b);
    near_leaves(b);
}

void sy_clip_moving(sy_build *b, float seconds)
{
    camera(b, seconds);
    passer(b, 91, v3(-0.9f, 0, 19.0f), v3(0.1f, 0, -1.15f), seconds);
    passer(b, 92, v3(-1.7f, 0, 19.4f), v3(0.1f, 0, -1.15f), seconds);
    passer(b, 95, v3(10.6f, 0, 17.0f), v3(-0.05f, 0, 1.2f), seconds);
    walker(b, seconds);
    b->post.blur_px = 0.0055f * (float) b->scene->camera.height;
    b->post.exposure = 0.82f;
    b->post.contrast = 1.08f;
    b->post.saturation = 1.12f;
    b->post.vignette = 0.5f;
    b->post.noise = 1.2f;
}

/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The schematic as text: who carries whom, and as in Action the number of each node's media in
 * brackets. */

#include <string.h>

#include "scene/scene_pose.h"

static void print_switch(const zd_scene_node *node, int key, const char *word, zd_text *out)
{
    if (zd_scene_node_choice(node, key) == ZD_SCENE_YES) {
        zd_text_format(out, ", %s", word);
    }
}

static void print_zdepth(const zd_scene *scene, const zd_scene_node *node, zd_text *out)
{
    char word[64];
    int count = 0;
    const zd_scene_key *keys = zd_scene_node_keys(node->kind, &count);
    bool analysed = zd_scene_node_choice(node, ZD_SCENE_ZDEPTH_ANALYSIS) != ZD_SCENE_ANALYSIS_NONE;
    int key = analysed ? ZD_SCENE_ZDEPTH_ANALYSIS : ZD_SCENE_ZDEPTH_RANGE;
    (void) scene;
    zd_scene_key_choice_name(&keys[key], zd_scene_node_choice(node, key), word, sizeof word);
    zd_text_format(out, "  %s%s", word, analysed ? " analysis" : "");
    print_switch(node, ZD_SCENE_ZDEPTH_DISPLACE, "displace", out);
    print_switch(node, ZD_SCENE_ZDEPTH_THREE_D, "3D", out);
    print_switch(node, ZD_SCENE_ZDEPTH_BUMP, "bump", out);
    print_switch(node, ZD_SCENE_ZDEPTH_ZPASS, "zpass", out);
}

static void print_node(const zd_scene *scene, zd_pose *pose, int index, int indent, zd_text *out)
{
    const zd_scene_node *node = &scene->nodes[index];
    int media = zd_scene_node_media(node);
    zd_mat4 world;
    zd_text_format(out, "%*s%s %s", 2 * indent, "", zd_scene_node_kind_name(node->kind),
                   node->name);
    if (media >= 0) {
        zd_text_format(out, " [%d]", zd_scene_node_media_number(scene, media));
    }
    if (node->kind == ZD_SCENE_NODE_AXIS || node->kind == ZD_SCENE_NODE_CAMERA ||
        node->kind == ZD_SCENE_NODE_LIGHT)
    {
        if (zd_pose_world(pose, index, &world, NULL) == ZD_OK) {
            zd_text_format(out, "  at %.6g %.6g %.6g", world.m[0][3], world.m[1][3], world.m[2][3]);
        }
    }
    if (node->kind == ZD_SCENE_NODE_AXIS && zd_scene_node_ref(node, ZD_SCENE_AXIS_ZSNAP) >= 0) {
        zd_text_format(out, ", snapped to %s at %g,%g",
                       scene->nodes[zd_scene_node_ref(node, ZD_SCENE_AXIS_ZSNAP)].name,
                       zd_scene_node_number(node, ZD_SCENE_AXIS_ZSNAP_AT, 0, pose->frame),
                       zd_scene_node_number(node, ZD_SCENE_AXIS_ZSNAP_AT, 1, pose->frame));
    }
    if (node->kind == ZD_SCENE_NODE_ZDEPTH) {
        print_zdepth(scene, node, out);
    }
    zd_text_add(out, node->is_generated ? "  (created)\n" : "\n");
}

/* Depth first, in file order; `limit` ends what a cycle would keep going. */
static void print_tree(const zd_scene *scene, zd_pose *pose, int parent, int indent, zd_text *out)
{
    for (int i = 1; i < scene->node_count && indent <= ZD_POSE_MAX_DEPTH; i++) {
        zd_scene_kind kind = scene->nodes[i].kind;
        if (kind == ZD_SCENE_NODE_MEDIA || kind == ZD_SCENE_NODE_OUTPUT ||
            zd_scene_parent(scene, i) != parent)
        {
            continue;
        }
        print_node(scene, pose, i, indent, out);
        print_tree(scene, pose, i, indent + 1, out);
    }
}

static void print_media(const zd_scene *scene, int index, zd_text *out)
{
    const zd_scene_node *node = &scene->nodes[index];
    const char *front = zd_scene_node_text(node, ZD_SCENE_MEDIA_FRONT);
    const char *matte = zd_scene_node_text(node, ZD_SCENE_MEDIA_MATTE);
    zd_text_format(out, "media [%d] %s  front %s, matte %s\n",
                   zd_scene_node_media_number(scene, index), node->name,
                   front[0] != '\0' ? front : "white", matte[0] != '\0' ? matte : "white");
}

static void print_output(const zd_scene *scene, int index, zd_text *out)
{
    int count = 0;
    char word[64];
    const zd_scene_node *node = &scene->nodes[index];
    const zd_scene_key *keys = zd_scene_node_keys(node->kind, &count);
    int camera = zd_scene_output_camera(scene, index);
    zd_text_format(out, "output %s  camera %s, passes", node->name,
                   camera >= 0 ? scene->nodes[camera].name : "none");
    for (int i = 0; zd_scene_key_choice_name(&keys[ZD_SCENE_OUTPUT_PASSES], i, word, sizeof word);
         i++) {
        if ((zd_scene_node_choice(node, ZD_SCENE_OUTPUT_PASSES) >> i & 1) != 0) {
            zd_text_format(out, " %s", word);
        }
    }
    zd_text_format(out, ", %g samples\n",
                   zd_scene_node_value(node, ZD_SCENE_OUTPUT_SAMPLES)->number[0]);
}

zd_status zd_scene_print(const zd_scene *scene, double frame, zd_text *out, zd_error *err)
{
    zd_pose pose;
    const zd_scene_node *first = &scene->nodes[0];
    ZD_TRY(zd_pose_init(&pose, scene, err));
    zd_pose_set_frame(&pose, frame);
    zd_text_format(
        out, "frame %g  %gx%g, %g fps, range %g to %g%s\n", frame,
        first->values[ZD_SCENE_FRAME_SIZE].number[0], first->values[ZD_SCENE_FRAME_SIZE].number[1],
        first->values[ZD_SCENE_FRAME_FPS].number[0], first->values[ZD_SCENE_FRAME_RANGE].number[0],
        first->values[ZD_SCENE_FRAME_RANGE].number[1], scene->is_timeline ? ", mode timeline" : "");
    for (int i = 0; i < scene->node_count; i++) {
        if (scene->nodes[i].kind == ZD_SCENE_NODE_MEDIA) {
            print_media(scene, i, out);
        }
    }
    print_tree(scene, &pose, -1, 0, out);
    for (int i = 0; i < scene->node_count; i++) {
        if (scene->nodes[i].kind == ZD_SCENE_NODE_OUTPUT) {
            print_output(scene, i, out);
        }
    }
    zd_pose_finish(&pose);
    return zd_text_finish(out, "a scene's schematic", err);
}

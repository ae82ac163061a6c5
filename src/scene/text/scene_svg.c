/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The node graph as an SVG picture: a row for each node, indented under its parent, solid lines
 * from parents, dashed ones for other links. */

#include <string.h>

#include "scene/scene_pose.h"

enum { ROW = 34, BOX_W = 190, BOX_H = 24, INDENT = 28, MARGIN = 16, LINKS = 240 };

typedef struct layout {
    const zd_scene *scene;
    int *row;    /* of each node */
    int *indent; /* of each node */
    int rows;
    int deepest;
} layout;

static void place(layout *l, int index, int indent)
{
    l->row[index] = l->rows++;
    l->indent[index] = indent;
    l->deepest = indent > l->deepest ? indent : l->deepest;
}

static void place_tree(layout *l, int parent, int indent)
{
    for (int i = 1; i < l->scene->node_count && indent <= ZD_POSE_MAX_DEPTH; i++) {
        zd_scene_kind kind = l->scene->nodes[i].kind;
        if (kind != ZD_SCENE_NODE_MEDIA && kind != ZD_SCENE_NODE_OUTPUT && l->row[i] < 0 &&
            zd_scene_parent(l->scene, i) == parent)
        {
            place(l, i, indent);
            place_tree(l, i, indent + 1);
        }
    }
}

static void place_kind(layout *l, zd_scene_kind kind)
{
    for (int i = 1; i < l->scene->node_count; i++) {
        if (l->scene->nodes[i].kind == kind) {
            place(l, i, 0);
        }
    }
}

static int left_of(const layout *l, int node)
{
    return MARGIN + INDENT * l->indent[node];
}

static int middle_of(const layout *l, int node)
{
    return MARGIN + ROW * l->row[node] + BOX_H / 2;
}

static void add_escaped(zd_text *out, const char *text)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '&':
            zd_text_add(out, "&amp;");
            break;
        case '<':
            zd_text_add(out, "&lt;");
            break;
        case '"':
            zd_text_add(out, "&quot;");
            break;
        default:
            zd_text_add_bytes(out, text, 1);
        }
    }
}

static void draw_node(const layout *l, int index, zd_text *out)
{
    static const char *const fill[ZD_SCENE_NODE_KINDS] = {
        [ZD_SCENE_NODE_MEDIA] = "#e8e0c8",   [ZD_SCENE_NODE_AXIS] = "#f4f4f4",
        [ZD_SCENE_NODE_SURFACE] = "#cfe0f5", [ZD_SCENE_NODE_GEOMETRY] = "#cfe0f5",
        [ZD_SCENE_NODE_CAMERA] = "#d8ecd0",  [ZD_SCENE_NODE_LIGHT] = "#fff1b8",
        [ZD_SCENE_NODE_ZDEPTH] = "#e3d3f2",  [ZD_SCENE_NODE_NORMALMAP] = "#e3d3f2",
        [ZD_SCENE_NODE_AOV] = "#f5d5d5",     [ZD_SCENE_NODE_OUTPUT] = "#d0d0d0",
    };
    const zd_scene_node *node = &l->scene->nodes[index];
    int x = left_of(l, index);
    int y = middle_of(l, index);
    zd_text_format(out,
                   "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"4\" fill=\"%s\" "
                   "stroke=\"#444\"/>\n<text x=\"%d\" y=\"%d\">",
                   x, y - BOX_H / 2, BOX_W, BOX_H, fill[node->kind], x + 8, y + 5);
    zd_text_format(out, "%s ", zd_scene_node_kind_name(node->kind));
    add_escaped(out, node->name);
    zd_text_add(out, "</text>\n");
}

static void draw_parent(const layout *l, int index, zd_text *out)
{
    int parent = zd_scene_parent(l->scene, index);
    if (parent >= 0 && l->row[parent] >= 0) {
        zd_text_format(out, "<path d=\"M%d %dV%dH%d\" fill=\"none\" stroke=\"#444\"/>\n",
                       left_of(l, parent) + 10, middle_of(l, parent) + BOX_H / 2,
                       middle_of(l, index), left_of(l, index));
    }
}

static void draw_link(const layout *l, int from, int to, const char *label, zd_text *out)
{
    int x0 = left_of(l, from) + BOX_W;
    int x1 = left_of(l, to) + BOX_W;
    int y0 = middle_of(l, from);
    int y1 = middle_of(l, to);
    int reach = 24 + 6 * (y0 > y1 ? y0 - y1 : y1 - y0) / ROW;
    reach = (x0 > x1 ? x0 : x1) + (reach < 160 ? reach : 160);
    zd_text_format(out,
                   "<path d=\"M%d %dC%d %d %d %d %d %d\" fill=\"none\" stroke=\"#888\" "
                   "stroke-dasharray=\"4 3\"/>\n<text x=\"%d\" y=\"%d\" fill=\"#666\" "
                   "font-size=\"10\">%s</text>\n",
                   x0, y0, reach, y0, reach, y1, x1, y1, (x0 + x1 + 6 * reach) / 8 + 4,
                   (y0 + y1) / 2 + 3, label);
}

static void draw_links(const layout *l, int index, zd_text *out)
{
    int count = 0;
    const zd_scene_node *node = &l->scene->nodes[index];
    const zd_scene_key *keys = zd_scene_node_keys(node->kind, &count);
    for (int k = 0; k < count; k++) {
        for (int i = 0; i < node->values[k].ref_count; i++) {
            int to = node->values[k].refs[i].node;
            if (to >= 0 && to != zd_scene_parent(l->scene, index) && l->row[to] >= 0) {
                draw_link(l, index, to, keys[k].name, out);
            }
        }
    }
}

static void draw(layout *l, zd_text *out)
{
    int count = l->scene->node_count;
    place_kind(l, ZD_SCENE_NODE_MEDIA);
    place_tree(l, -1, 0);
    place_kind(l, ZD_SCENE_NODE_OUTPUT);
    int width = 2 * MARGIN + INDENT * l->deepest + BOX_W + LINKS;
    int height = 2 * MARGIN + ROW * l->rows;
    zd_text_format(out,
                   "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
                   "font-family=\"sans-serif\" font-size=\"13\">\n"
                   "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n",
                   width, height);
    for (int i = 1; i < count; i++) {
        if (l->row[i] >= 0) {
            draw_parent(l, i, out);
            draw_links(l, i, out);
        }
    }
    for (int i = 1; i < count; i++) {
        if (l->row[i] >= 0) {
            draw_node(l, i, out);
        }
    }
    zd_text_add(out, "</svg>\n");
}

zd_status zd_scene_svg(const zd_scene *scene, zd_text *out, zd_error *err)
{
    size_t count = (size_t) scene->node_count;
    layout l = { .scene = scene };
    l.row = zd_alloc_zeroed(scene->ctx, count, sizeof *l.row);
    l.indent = zd_alloc_zeroed(scene->ctx, count, sizeof *l.indent);
    if (l.row == NULL || l.indent == NULL) {
        zd_free(scene->ctx, l.row);
        zd_free(scene->ctx, l.indent);
        return zd_fail_memory(err, "a node graph");
    }
    memset(l.row, 0xff, count * sizeof *l.row);
    draw(&l, out);
    zd_free(scene->ctx, l.row);
    zd_free(scene->ctx, l.indent);
    return zd_text_finish(out, "a node graph", err);
}

/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The schematic as an SVG picture: a row for each node, indented under its parent, with the number of
 * its media in brackets. Lines on the left go from parents; links to other nodes go to the right,
 * where each has a line and a label of its own, and return to their node in a lane that all links to
 * that node share. Nothing is drawn over a label. */

#include <assert.h>
#include <string.h>

#include "core/text.h"
#include "scene/scene_pose.h"

enum {
    ROW = 34,    /* height of a node without links, with the gap below it */
    BOX_H = 24,  /* of a node */
    LINK_H = 15, /* of a link's line */
    INDENT = 28,
    MARGIN = 16,
    LANE = 12,
    LETTER = 8, /* the widest mean of the fonts that "sans-serif" stands for, at 13 pixels */
    SMALL = 6   /* the same at 10 pixels */
};

typedef struct layout {
    const zd_scene *scene;
    int *top;    /* of each node's row; -1: not placed */
    int *indent; /* of each node */
    int *lane;   /* of the links to each node; -1: none */
    int height;
    int right;  /* of the widest box */
    int labels; /* width of the widest label */
    int lanes;
} layout;

static void add_label(const layout *l, int index, zd_text *out)
{
    const zd_scene_node *node = &l->scene->nodes[index];
    int media =
        node->kind == ZD_SCENE_NODE_MEDIA ? index : zd_scene_node_media(&l->scene->nodes[index]);
    zd_text_format(out, "%s %s", zd_scene_node_kind_name(node->kind), node->name);
    if (media >= 0) {
        zd_text_format(out, " [%d]", zd_scene_node_media_number(l->scene, media));
    }
    zd_text_add(out, node->is_generated ? " (created)" : "");
}

/* What a node's k-th key links to: the i-th, or -1 for what is no line of its own. */
static int link_of(const layout *l, int index, int k, int i)
{
    assert(i >= 0 && i < l->scene->nodes[index].values[k].ref_count);
    int to = l->scene->nodes[index].values[k].refs[i].node;
    return to >= 0 && to != zd_scene_parent(l->scene, index) ? to : -1;
}

/* Calls `visit` for each link of a node, which says how many there are. */
static int visit_links(layout *l, int index,
                       void (*visit)(layout *l, int index, int to, const char *key, int n,
                                     zd_text *out),
                       zd_text *out)
{
    int count = 0;
    int links = 0;
    const zd_scene_node *node = &l->scene->nodes[index];
    const zd_scene_key *keys = zd_scene_node_keys(node->kind, &count);
    for (int k = 0; k < count; k++) {
        for (int i = 0; i < node->values[k].ref_count; i++) {
            int to = link_of(l, index, k, i);
            if (to >= 0) {
                visit(l, index, to, keys[k].name, links++, out);
            }
        }
    }
    return links;
}

static void measure_link(layout *l, int index, int to, const char *key, int n, zd_text *out)
{
    int width = (int) strlen(key) * SMALL;
    (void) index;
    (void) n;
    (void) out;
    l->labels = width > l->labels ? width : l->labels;
    if (l->lane[to] < 0) {
        l->lane[to] = l->lanes++;
    }
}

static int left_of(const layout *l, int node)
{
    return MARGIN + INDENT * l->indent[node];
}

/* The width of the drawn text and what is about it. */
static int box_width(const layout *l, int index, zd_text *scratch)
{
    int letters = 0;
    scratch->length = 0;
    add_label(l, index, scratch);
    for (size_t i = 0; i < scratch->length; i++) {
        letters += ((unsigned char) scratch->data[i] & 0xc0) != 0x80;
    }
    return letters * LETTER + 16;
}

static void place(layout *l, int index, int indent, zd_text *scratch)
{
    l->top[index] = l->height;
    l->indent[index] = indent;
    int right = left_of(l, index) + box_width(l, index, scratch);
    l->right = right > l->right ? right : l->right;
    int links = visit_links(l, index, measure_link, NULL);
    int wanted = BOX_H / 2 + LINK_H * links + LINK_H / 2;
    l->height += wanted > ROW ? wanted : ROW;
}

static void place_tree(layout *l, int parent, int indent, zd_text *scratch)
{
    for (int i = 1; i < l->scene->node_count && indent <= ZD_POSE_MAX_DEPTH; i++) {
        zd_scene_kind kind = l->scene->nodes[i].kind;
        if (kind != ZD_SCENE_NODE_MEDIA && kind != ZD_SCENE_NODE_OUTPUT && l->top[i] < 0 &&
            zd_scene_parent(l->scene, i) == parent)
        {
            place(l, i, indent, scratch);
            place_tree(l, i, indent + 1, scratch);
        }
    }
}

static void place_kind(layout *l, zd_scene_kind kind, zd_text *scratch)
{
    for (int i = 1; i < l->scene->node_count; i++) {
        if (l->scene->nodes[i].kind == kind) {
            place(l, i, 0, scratch);
        }
    }
}

static void add_escaped(zd_text *out, const char *text)
{
    for (; text != NULL && *text != '\0'; text++) {
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

static void draw_node(const layout *l, int index, zd_text *scratch, zd_text *out)
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
    int width = box_width(l, index, scratch);
    zd_text_format(out,
                   "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"4\" fill=\"%s\" "
                   "stroke=\"#444\"%s/>\n<text x=\"%d\" y=\"%d\">",
                   x, l->top[index], width, BOX_H, fill[node->kind],
                   node->is_generated ? " stroke-dasharray=\"4 3\"" : "", x + 8,
                   l->top[index] + 17);
    add_escaped(out, scratch->data);
    zd_text_add(out, "</text>\n");
}

static void draw_parent(const layout *l, int index, zd_text *out)
{
    int parent = zd_scene_parent(l->scene, index);
    if (parent >= 0 && l->top[parent] >= 0) {
        zd_text_format(out, "<path d=\"M%d %dV%dH%d\" fill=\"none\" stroke=\"#444\"/>\n",
                       left_of(l, parent) + 10, l->top[parent] + BOX_H, l->top[index] + BOX_H / 2,
                       left_of(l, index));
    }
}

/* From the node's box under its label to the lane of the other node, and along it to the arrow. The
 * arrow arrives above the first label of its row. */
static void draw_link(layout *l, int index, int to, const char *key, int n, zd_text *out)
{
    int y = l->top[index] + BOX_H / 2 + LINK_H * n + 3;
    int label = l->right + 10;
    int lane = label + l->labels + 10 + LANE * l->lane[to];
    int arrow = l->top[to] + 4;
    zd_text_format(out,
                   "<path d=\"M%d %dH%dV%dH%d\" fill=\"none\" stroke=\"#999\" "
                   "stroke-dasharray=\"4 3\" marker-end=\"url(#arrow)\"/>\n"
                   "<text x=\"%d\" y=\"%d\" fill=\"#444\" font-size=\"10\">%s</text>\n",
                   label - 8, y, lane, arrow, l->right + 2, label, y - 4, key);
}

/* A line from the box to where the labels of all rows begin. */
static void draw_reach(const layout *l, int index, int links, zd_text *scratch, zd_text *out)
{
    int right = left_of(l, index) + box_width(l, index, scratch);
    int arrow = l->top[index] + 4;
    if (l->lane[index] >= 0 && right + 1 < l->right) {
        zd_text_format(out, "<path d=\"M%d %dH%d\" stroke=\"#999\" stroke-dasharray=\"4 3\"/>\n",
                       right, arrow, l->right + 2);
    }
    if (links > 0) {
        int first = l->top[index] + BOX_H / 2 + 3;
        zd_text_format(
            out,
            "<path d=\"M%d %dH%dV%d\" fill=\"none\" stroke=\"#999\" stroke-dasharray=\"4 3\"/>\n",
            right, first, l->right + 2, first + LINK_H * (links - 1));
    }
}

static void draw(layout *l, zd_text *scratch, zd_text *out)
{
    int count = l->scene->node_count;
    l->height = MARGIN;
    place_kind(l, ZD_SCENE_NODE_MEDIA, scratch);
    place_tree(l, -1, 0, scratch);
    place_kind(l, ZD_SCENE_NODE_OUTPUT, scratch);
    int width = l->right + 10 + l->labels + 10 + LANE * l->lanes + MARGIN;
    zd_text_format(out,
                   "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
                   "font-family=\"sans-serif\" font-size=\"13\">\n"
                   "<marker id=\"arrow\" viewBox=\"0 0 6 6\" refX=\"6\" refY=\"3\" "
                   "markerWidth=\"6\" markerHeight=\"6\" orient=\"auto\">"
                   "<path d=\"M0 0L6 3L0 6Z\" fill=\"#999\"/></marker>\n"
                   "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n",
                   width, l->height + MARGIN);
    for (int i = 1; i < count; i++) {
        if (l->top[i] >= 0) {
            draw_parent(l, i, out);
            draw_reach(l, i, visit_links(l, i, draw_link, out), scratch, out);
        }
    }
    for (int i = 1; i < count; i++) {
        if (l->top[i] >= 0) {
            draw_node(l, i, scratch, out);
        }
    }
    zd_text_add(out, "</svg>\n");
}

zd_status zd_scene_svg(const zd_scene *scene, zd_text *out, zd_error *err)
{
    size_t count = (size_t) scene->node_count;
    layout l = { .scene = scene };
    zd_text scratch;
    zd_text_init(&scratch, scene->ctx);
    int *memory = zd_alloc(scene->ctx, 3 * count * sizeof *memory);
    if (memory == NULL) {
        return zd_fail_memory(err, "a node graph");
    }
    memset(memory, 0xff, 3 * count * sizeof *memory);
    l.top = memory;
    l.indent = memory + count;
    l.lane = memory + 2 * count;
    draw(&l, &scratch, out);
    zd_free(scene->ctx, memory);
    out->failed = out->failed || scratch.failed;
    zd_text_release(&scratch);
    return zd_text_finish(out, "a node graph", err);
}

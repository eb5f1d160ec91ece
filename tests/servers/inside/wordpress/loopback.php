<?php
// A blog on loopback may speak to loopback, and its guests may write as fast as tests do.
add_filter('http_request_args', function ($args) {
    $args['reject_unsafe_urls'] = false;
    return $args;
});
add_filter('wp_is_comment_flood', '__return_false', 99);
add_filter('comment_flood_filter', '__return_false', 99);
add_filter('rest_allow_anonymous_comments', '__return_true');
